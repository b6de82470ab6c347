"""The way out: follows a customer's log from a cursor on and yields what is new, in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from conversation.conversation import Conversation, Customer, Owner, conversation_id, split_id
from conversation.message import Message
from conversation.ports import Conversations, Place, Queue
from conversation.signals import Side, Signals, Signs, order

_PIECE = 200


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in all that a customer was ever told: conversation number, then log entry."""

    number: int
    entry: tuple[int, int]

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Read `number:milliseconds-counter`; raises ValueError."""
        number, _, entry = text.partition(":")
        stamp, _, counter = entry.partition("-")
        return cls(int(number), (int(stamp), int(counter)))

    @classmethod
    def of(cls, message: Message) -> Cursor:
        """Return the place of a message."""
        return cls.parse(f"{split_id(message.conversation_id)[1]}:{message.id}")

    @property
    def log_entry(self) -> str:
        """The entry's id in its log."""
        return f"{self.entry[0]}-{self.entry[1]}"

    def __str__(self) -> str:
        """Write what `parse` reads."""
        return f"{self.number}:{self.log_entry}"


@dataclass(frozen=True, slots=True)
class Status:
    """What the customer sees of the state: who owns it, where they stand, is the bot thinking."""

    owner: Owner
    agent: str = ""
    place: Place | None = None
    busy: bool = False
    reason: str | None = None
    typing: bool = False
    """Whether the agent is typing."""
    read: Cursor | None = None
    """The last entry that the agent has read."""


@dataclass(frozen=True, slots=True)
class Update:
    """What is new: log entries (staff-only ones included, the channel filters) and the state."""

    messages: list[Message]
    status: Status


@dataclass(frozen=True, slots=True)
class Outbox:
    """Reads the log for the channels; holds nothing itself, so a reconnect loses nothing."""

    conversations: Conversations
    queue: Queue
    signals: Signals

    async def follow(self, customer: Customer, after: Cursor | None) -> AsyncIterator[Update]:
        """Yield updates until cancelled; the first one at once, even when nothing is new."""
        cursor = after
        shown: Status | None = None
        async for _ in self.conversations.follow(customer.key):
            current = await self.conversations.current(customer)
            if current is None:
                if shown is None:
                    shown = Status(Owner.BOT)
                    yield Update([], shown)
                continue
            cursor = cursor or _start(current)
            messages, current = await self._news(cursor, current)
            if messages:
                cursor = Cursor.of(messages[-1])
            status = await self._status(current)
            if messages or status != shown:
                shown = status
                yield Update(messages, status)

    async def read(self, customer: Customer, after: Cursor | None) -> Update:
        """Return what is new now, for channels that poll."""
        async for update in self.follow(customer, after):
            return update
        raise AssertionError  # `follow` ends only by cancellation

    async def _status(self, conversation: Conversation) -> Status:
        """Return what the customer may know of the state."""
        # A place is told only after the queue's own words, which `enqueued` says are in the log.
        waiting = conversation.owner is Owner.QUEUE and conversation.enqueued
        thinking = conversation.owner is Owner.BOT
        served = conversation.owner is Owner.AGENT
        signs = await self.signals.of(conversation.id) if served else Signs()
        number = split_id(conversation.id)[1]
        return Status(
            conversation.owner,
            conversation.agent_name,
            await self.queue.place(conversation.id) if waiting else None,
            busy=thinking and bool(await self.conversations.mailbox(conversation.id)),
            reason=conversation.handoff.reason.value if conversation.handoff else None,
            typing=Side.STAFF in signs.typing,
            read=Cursor(number, order(signs.read_by_staff)) if served else None,
        )

    async def _news(
        self, cursor: Cursor, current: Conversation
    ) -> tuple[list[Message], Conversation]:
        """Read log and state so that they belong together: neither is older than the other."""
        messages = await self._new(cursor, current)
        while messages:
            again = await self.conversations.get(current.id)
            if again == current:
                break
            current = again
            messages += await self._new(Cursor.of(messages[-1]), current)
        return messages, current

    async def _new(self, cursor: Cursor, current: Conversation) -> list[Message]:
        found: list[Message] = []
        key, last = split_id(current.id)
        for number in range(cursor.number, last + 1):
            after = cursor.log_entry if number == cursor.number else "0-0"
            identifier = conversation_id(key, number)
            while piece := await self.conversations.log(identifier, after=after, limit=_PIECE):
                found += piece
                after = piece[-1].id
        return found


def _start(current: Conversation) -> Cursor:
    """Return where history begins for a reader without a cursor: one conversation back."""
    return Cursor(max(split_id(current.id)[1] - 1, 1), (0, 0))
