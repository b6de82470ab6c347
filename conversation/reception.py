"""What customers say to the house itself: in the queue, to leave a message, to rate a talk.

The bot may not speak while a conversation waits, and nobody does once it is closed; these few
steps are the house's own. They are quick replies and the answers to what the house has just asked
(`Conversation.asking`), so that no other message is ever taken for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from conversation.conversation import (
    Conversation,
    Handoff,
    Owner,
    Reason,
    conversation_id,
    split_id,
)
from conversation.errors import OwnerChanged, UnknownConversation
from conversation.house import House
from conversation.intake import IntakeForm
from conversation.message import Draft, Kind, Message
from conversation.ports import Conversations, Lexicon, Queue
from conversation.turn import Lease, Pending, Route, TurnRecord
from conversation.utterances import Means

MESSAGE, SCORE, COMMENT, RATED = "message", "score", "comment", "rated"
"""Fields of `TurnRecord.answers` besides those of the intake: a message for a call-back; a score,
1 to 5, or a comment, and the conversation that it is about."""
_BACK = 5
"""How many conversations back a score may reach."""
_SHORT = 8
"""Characters of who only asks for a person: 请帮我转人工客服."""


class Handler(Protocol):
    """Handles the head of a mailbox: exactly one commit, or `Later`."""

    async def handle(self, lease: Lease, conversation: Conversation, pending: Pending) -> None:
        """Handle one message."""

    async def hurries(self, conversation_id: str) -> bool:
        """Return whether a waiting message must go to a person at once."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What becomes of a message to the house."""

    says: Draft
    asking: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    handoff: Handoff | None = None
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes what is said to the house; everything else goes to the handler `behind`."""

    conversations: Conversations
    queue: Queue
    house: House
    lexicon: Lexicon
    intake: IntakeForm
    behind: Handler

    async def handle(self, lease: Lease, conversation: Conversation, pending: Pending) -> None:
        """See `Handler.handle`."""
        step = await self._step(conversation, pending.message)
        if step is None:
            await self.behind.handle(lease, conversation, pending)
            return
        approved = self.house.approve(conversation, step.says)
        route = Route.FRAUD if step.handoff else Route.CHITCHAT
        record = TurnRecord(route, answers=step.answers)
        head = pending.message.id
        try:
            await self.conversations.commit(
                *(lease, head, approved, record),
                handoff=step.handoff,
                asking=step.asking,
                leaves=step.leaves,
            )
        except OwnerChanged:
            # An agent was faster, and reads it: nobody but the agent answers now.
            unsaid = TurnRecord(None, note="owner changed during the turn", answers=step.answers)
            await self.conversations.commit(lease, head, None, unsaid)

    async def hurries(self, conversation_id: str) -> bool:
        """See `Handler.hurries`."""
        return await self.behind.hurries(conversation_id)

    async def _step(self, conversation: Conversation, message: Message) -> _Step | None:
        """Return what the house does, None when the message is not for it."""
        if message.kind is not Kind.TEXT or conversation.owner not in {Owner.QUEUE, Owner.BOT}:
            return None
        waits = conversation.owner is Owner.QUEUE
        if waits and self._is_fraud(conversation, message):
            return self._alarm(conversation, message)
        if means := self.house.utterances.meaning(message.text):
            in_line = await self._in_line(conversation, means) if waits else None
            return in_line or await self._anywhere(conversation, means)
        if answers := self._answer(conversation.asking, message.text):
            return await self._answered(conversation, answers)
        if waits and self.lexicon.reason(message.text) == Reason.HUMAN:
            return await self._still(conversation)
        return None

    def _is_fraud(self, conversation: Conversation, message: Message) -> bool:
        reported = conversation.handoff and conversation.handoff.reason is Reason.FRAUD
        return not reported and self.lexicon.reason(message.text) == Reason.FRAUD

    def _alarm(self, conversation: Conversation, message: Message) -> _Step:
        """Warn, and queue anew where fraud waits, which never closes."""
        before = conversation.handoff
        entities = before.entities if before else ()
        handoff = Handoff(Reason.FRAUD, "fraud", 1.0, message.text, entities)
        answers = self._answer(conversation.asking, message.text)
        return _Step(self._words("fraud_handoff"), answers=answers, handoff=handoff)

    async def _in_line(self, conversation: Conversation, means: Means) -> _Step | None:
        """Take a quick reply of who waits."""
        match means:
            case Means.LEAVE:
                return _Step(self._words("left_queue"), leaves=True)
            case Means.WAIT | Means.NEVER_MIND:
                return await self._still(conversation)
            case Means.SKIP if self.intake.field(conversation.asking):
                return self._asks_next(conversation, {})
            case Means.ENOUGH | Means.SKIP:
                return _Step(self._words("intake_done"))
        return None

    async def _anywhere(self, conversation: Conversation, means: Means) -> _Step | None:
        """Take a quick reply that may come at any time: a message, a score, a comment."""
        if means is Means.MESSAGE:
            return _Step(self._words("leave_message"), asking="leave_message")
        if means is Means.NEVER_MIND and conversation.asking:
            return _Step(self._words("never_mind"))
        rated = await self._rated(conversation)
        if rated and means.score:
            answers = {SCORE: means.score, RATED: rated}
            return _Step(self._words("survey_thanks"), answers=answers)
        if rated and means is Means.COMMENT:
            return _Step(self._words("survey_comment"), asking="survey_comment")
        return None

    async def _answered(self, conversation: Conversation, answers: dict[str, str]) -> _Step:
        """Take the words that the house has asked for."""
        if MESSAGE in answers:
            return _Step(self._words("message_left"), answers=answers, leaves=True)
        if COMMENT not in answers:
            return self._asks_next(conversation, answers)
        answers |= {RATED: await self._rated(conversation)}
        return _Step(self._words("survey_noted"), answers=answers)

    def _answer(self, asking: str, text: str) -> dict[str, str]:
        """Return the field that words fill, none when they answer nothing."""
        fields = {"leave_message": MESSAGE, "survey_comment": COMMENT}
        name = fields.get(asking) or self.intake.field(asking)
        if not name or not self.intake.answers(text):
            return {}
        return {} if self._is_more(name, text) else {name: text}

    def _is_more(self, name: str, text: str) -> bool:
        """Return whether who says this must reach a person: it is no comment, and no message."""
        reason = self.lexicon.reason(text)
        if name == COMMENT:
            return reason is not None
        # A message may mention people: whoever only asks for one says so shortly.
        asks = reason == Reason.HUMAN and len(text) <= _SHORT
        return name == MESSAGE and (asks or reason == Reason.FRAUD)

    def _asks_next(self, conversation: Conversation, answers: Mapping[str, str]) -> _Step:
        following = self.intake.after(conversation.asking, conversation.handoff)
        return _Step(self._words(following or "intake_done"), following, answers)

    async def _still(self, conversation: Conversation) -> _Step | None:
        """Tell the place in line; None when it is not known yet: the queue tells it at once."""
        place = await self.queue.place(conversation.id)
        if place is None:
            return None
        return _Step(self.house.utterances.in_line("still", place), asking=conversation.asking)

    async def _rated(self, conversation: Conversation) -> str:
        """Return the customer's last conversation that an agent closed, "" when none is held."""
        key, number = split_id(conversation.id)
        for earlier in range(number - 1, max(number - 1 - _BACK, 0), -1):
            try:
                held = await self.conversations.get(conversation_id(key, earlier))
            except UnknownConversation:
                return ""
            if held.fence and held.closed_by not in {"silence", "customer"}:
                return held.id
        return ""

    def _words(self, key: str) -> Draft:
        return self.house.utterances.draft(key)
