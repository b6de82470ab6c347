"""What must follow from a conversation's state, done until it is done.

Every step is idempotent; a turn's ticket is acknowledged only after all of them, so a worker
that dies in between leaves the ticket, and the next one finishes the work.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from conversation.approved import Author
from conversation.conversation import Conversation, Owner
from conversation.errors import Refused
from conversation.intake import IntakeForm
from conversation.message import Sender
from conversation.ports import Conversations, Gate, Queue, Recorder, Turns
from conversation.utterances import Utterances, joined

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Settler:
    """Brings queue, audit chain and archive in line with the conversation."""

    conversations: Conversations
    turns: Turns
    gate: Gate
    queue: Queue
    recorder: Recorder
    utterances: Utterances
    intake: IntakeForm = field(default_factory=IntakeForm.load)

    async def settle(self, conversation_id: str) -> None:
        """Run every step; raises `Unavailable` when something behind it is down."""
        conversation = await self.conversations.get(conversation_id)
        if conversation.owner is Owner.QUEUE and not conversation.enqueued:
            await self._enqueue(conversation)
        elif conversation.owner in {Owner.BOT, Owner.CLOSED}:
            await self.queue.withdraw(conversation_id)
        await self._record(conversation)
        if conversation.owner is Owner.CLOSED:
            # Nothing is appended any more: the mailbox is empty and takes nothing when closed.
            await self.turns.finish(conversation_id)

    async def _enqueue(self, conversation: Conversation) -> None:
        place = await self.queue.enqueue(conversation)
        draft = self.utterances.in_line("queued", place)
        if asking := self.intake.first(conversation.handoff):
            # One message: some channels let us send only a few.
            draft = joined(draft, self.utterances.draft(asking))
        author = Author(Sender.SYSTEM, conversation.epoch)
        approved = self.gate.approve(conversation, author, [draft])
        # Refused means that an agent was faster than the announcement: nothing is missing.
        with contextlib.suppress(Refused):
            await self.conversations.mark_enqueued(conversation.id, approved, asking=asking)

    async def _record(self, conversation: Conversation) -> None:
        after = conversation.audited_to
        while entries := await self.conversations.log(conversation.id, after=after, limit=_BATCH):
            await self.recorder.catch_up(conversation, entries)
            after = entries[-1].id
            await self.conversations.note_audited(conversation.id, after)
