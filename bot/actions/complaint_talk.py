"""How complaints stand: told to who names a number, or asks after their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.actions.dialogue import Dialogue
from bot.actions.ports import Complaints, Standing
from bot.actions.turn import Reply, Turn
from bot.actions.utterances import Key
from conversation.conversation import Reason
from conversation.message import Draft
from conversation.turn import Route

COMPLAINT, FOLLOW_UP = "complaint", "complaint_followup"
_OTHERS = frozenset({"fraud", "elderly_help", "human_request"})
"""What calls a person whatever number is named."""


@dataclass(frozen=True, slots=True)
class ComplaintTalk:
    """The dialogue's three ways, with complaints' standing before them.

    Who asks after a complaint hears how it stands, and may still have a person; a complaint
    itself always reaches one, and so does a question that tickets cannot answer.
    """

    dialogue: Dialogue
    complaints: Complaints

    async def answer(self, turn: Turn) -> Reply:
        """See `Dialogue.answer`."""
        return await self._told(turn) or self._after(turn, await self.dialogue.answer(turn))

    async def feedback(self, turn: Turn) -> Reply:
        """See `Dialogue.feedback`."""
        return await self._told(turn) or self._after(turn, await self.dialogue.feedback(turn))

    async def escalate(self, turn: Turn) -> Reply:
        """See `Dialogue.escalate`."""
        if turn.intent in _OTHERS:
            return self._after(turn, self.dialogue.escalate(turn))
        standing = await self._standing(turn)
        if turn.intent != COMPLAINT and standing.known:
            return self._tell(turn, standing)
        reply = self.dialogue.escalate(turn)
        said = tuple(Draft(words) for words in standing.words)
        return replace(reply, drafts=(*said, *reply.drafts))

    async def _told(self, turn: Turn) -> Reply | None:
        """Return how the complaint stands whose number is named."""
        if not self.dialogue.manners.names_complaint(turn.text):
            return None
        standing = await self._standing(turn)
        return self._tell(turn, standing) if standing.words else None

    async def _standing(self, turn: Turn) -> Standing:
        if self.dialogue.manners.names_complaint(turn.text):
            return await self.complaints.by_number(turn.conversation, turn.text)
        if turn.intent == FOLLOW_UP:
            return await self.complaints.running(turn.conversation)
        return Standing()

    def _tell(self, turn: Turn, standing: Standing) -> Reply:
        offer = self.dialogue.utterances.draft(Key.COMPLAINT_STANDING)
        text = "\n".join((*standing.words, offer.text))
        memory = replace(turn.memory, asked=Key.COMPLAINT_STANDING, candidates=())
        return Reply((replace(offer, text=text),), Route.ANSWER, memory)

    def _after(self, turn: Turn, reply: Reply) -> Reply:
        """Let who wants a person after hearing how it stands reach those who handle complaints."""
        handoff = reply.handoff
        if turn.asked != Key.COMPLAINT_STANDING or not handoff:
            return reply
        if handoff.reason not in {Reason.HUMAN, Reason.ELDERLY}:
            return reply
        return self.dialogue.escalate(replace(turn, intent=FOLLOW_UP))
