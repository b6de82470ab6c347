"""What follows from what customers tell the house: call-backs, a complaint's details, scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conversation.conversation import Conversation
from conversation.message import Kind, Message
from conversation.ports import Recorder
from conversation.reception import COMMENT, MESSAGE, RATED, SCORE
from handoff.tickets.follow_up import FollowUp
from handoff.tickets.service import TicketService

_NOT_ADDED = frozenset({COMMENT, MESSAGE, RATED, SCORE})


@dataclass(frozen=True, slots=True)
class AnswerRecorder:
    """The records behind the log, with what the answers in it ask for.

    It stands where the log is recorded, as `ComplaintRecorder` does, and behind it: a complaint
    has its ticket before anything is added. Everything is safe to repeat.
    """

    recorder: Recorder
    tickets: TicketService

    async def catch_up(self, conversation: Conversation, entries: Sequence[Message]) -> None:
        """See `conversation.ports.Recorder`."""
        await self.recorder.catch_up(conversation, entries)
        for entry in entries:
            if entry.kind is Kind.TURN and entry.data.get("answers"):
                await self._follow(conversation, entry)

    async def _follow(self, conversation: Conversation, entry: Message) -> None:
        answers: dict[str, str] = entry.data["answers"]
        if added := {name: text for name, text in answers.items() if name not in _NOT_ADDED}:
            await self.tickets.add(conversation.id, added, entry.at)
        if message := answers.get(MESSAGE):
            origin = f"message:{conversation.id}:{entry.id}"
            await self._follow_up.call_back(conversation.id, message, entry.at, origin)
        if rated := answers.get(RATED):
            await self._rate(rated, answers)

    async def _rate(self, rated: str, answers: dict[str, str]) -> None:
        if score := answers.get(SCORE):
            await self._follow_up.rate(rated, int(score))
        if comment := answers.get(COMMENT):
            await self._follow_up.comment(rated, comment)

    @property
    def _follow_up(self) -> FollowUp:
        return self.tickets.follow_up
