"""The in-memory double of the live store, for tests and trials in one process.

It passes the same contract suite as the Redis store. Nothing awaits inside a step, so each
is as atomic as a script on the server.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from conversation import codec
from conversation.approved import Approved, Author, Seal
from conversation.conversation import (
    Conversation,
    Customer,
    Handoff,
    Owner,
    Stage,
    conversation_id,
)
from conversation.errors import (
    Busy,
    Closed,
    LeaseLost,
    NotApproved,
    OwnerChanged,
)
from conversation.memory_held import Holdings
from conversation.memory_voice import Voice
from conversation.message import Message, Note, Sender
from conversation.ports import Accepted, Incoming
from conversation.turn import Lease, Pending, TurnRecord


def _system_clock() -> datetime:
    return datetime.now(UTC)


class MemoryConversations:
    """`Conversations` in a dictionary."""

    def __init__(
        self,
        seal: Seal,
        clock: Callable[[], datetime] = _system_clock,
        *,
        lease_seconds: float = 10.0,
        mailbox_limit: int = 100,
    ) -> None:
        """Take only what was approved under `seal`; read the time from `clock`."""
        self._clock = clock
        self._holdings = Holdings(clock)
        self.wake = self._holdings.wake
        self.voice = Voice(self._holdings, seal)
        self._lease_seconds = lease_seconds
        self._mailbox_limit = mailbox_limit
        self._latest: dict[str, int] = {}
        self._seen: dict[tuple[str, str], tuple[str, str]] = {}
        self._token = itertools.count()

    async def open(self, customer: Customer) -> Conversation:
        """See `Conversations.open`."""
        latest = await self.current(customer)
        if latest is not None and latest.owner is not Owner.CLOSED:
            return latest
        number = self._latest.get(customer.key, 0) + 1
        self._latest[customer.key] = number
        opened = conversation_id(customer.key, number)
        now = self._clock()
        state = Conversation(opened, customer, Owner.BOT, 1, now, now)
        self._holdings.add(state)
        return state

    async def accept(self, customer: Customer, incoming: Incoming) -> Accepted:
        """See `Conversations.accept`."""
        seen = self._seen.get((customer.key, incoming.client_id))
        if seen:
            return Accepted(*seen, duplicate=True)
        state = await self.open(customer)
        held = self._holdings.of(state.id)
        if len(held.mailbox) >= self._mailbox_limit:
            raise Busy
        message = self._holdings.append(
            Message(
                "",
                state.id,
                Sender.CUSTOMER,
                incoming.kind,
                incoming.text,
                files=incoming.files,
                client_id=incoming.client_id,
                data=incoming.data,
            )
        )
        held.mailbox.append(message.id)
        self._seen[customer.key, incoming.client_id] = (state.id, message.id)
        self._holdings.touch(state.id)
        return Accepted(state.id, message.id, duplicate=False)

    async def current(self, customer: Customer) -> Conversation | None:
        """See `Conversations.current`."""
        number = self._latest.get(customer.key)
        held = self._holdings.live(conversation_id(customer.key, number)) if number else None
        return held.state if held else None

    async def get(self, conversation_id: str) -> Conversation:
        """See `Conversations.get`."""
        return self._holdings.of(conversation_id).state

    async def log(
        self, conversation_id: str, *, after: str = "0-0", limit: int = 500
    ) -> list[Message]:
        """See `Conversations.log`."""
        held = self._holdings.live(conversation_id)
        later = [m for m in held.log if _order(m.id) > _order(after)] if held else []
        return later[:limit]

    async def acquire(self, conversation_id: str) -> Lease | None:
        """See `Conversations.acquire`."""
        held = self._holdings.of(conversation_id)
        if held.lease and held.lease[1] > self._clock():
            return None
        lease = Lease(conversation_id, str(next(self._token)), self._lease_seconds)
        self._holdings.grant(lease)
        return lease

    async def renew(self, lease: Lease) -> bool:
        """See `Conversations.renew`."""
        if not self._holdings.holds(lease):
            return False
        self._holdings.grant(lease)
        return True

    async def begin(self, lease: Lease) -> Pending | None:
        """See `Conversations.begin`."""
        held = self._holdings.leased(lease)
        if not held.mailbox:
            return None
        head = held.mailbox[0]
        held.attempts = held.attempts + 1 if held.head == head else 1
        held.head = head
        return Pending(next(m for m in held.log if m.id == head), held.attempts)

    async def mailbox(self, conversation_id: str) -> list[Message]:
        """See `Conversations.mailbox`."""
        held = self._holdings.of(conversation_id)
        return [m for m in held.log if m.id in held.mailbox]

    async def commit(  # noqa: PLR0913 - one fenced step, every argument is part of it
        self,
        lease: Lease,
        head: str,
        approved: Approved | None,
        record: TurnRecord,
        *,
        handoff: Handoff | None = None,
        stage: Stage | None = None,
        asking: str | None = None,
        leaves: bool = False,
    ) -> list[Message]:
        """See `Conversations.commit`."""
        held = self._holdings.leased(lease)
        identifier = lease.conversation_id
        if approved is not None and approved.conversation_id != identifier:
            raise NotApproved
        if not held.mailbox or held.mailbox[0] != head:
            raise LeaseLost
        said = self.voice.say(approved, head) if approved else []
        noted = self._holdings.append(codec.record_message(identifier, record, head))
        held.mailbox.pop(0)
        held.head, held.attempts = "", 0
        self._holdings.touch(identifier)
        state = held.state
        asked = state.asking if asking is None else asking
        alarmed = state.alarmed or record.alarm
        held.state = replace(state, asking=asked, stage=stage or state.stage, alarmed=alarmed)
        by = approved.author.sender.value if approved else ""
        if leaves and held.state.owner is Owner.QUEUE:
            self._holdings.leave(identifier, by)
        if handoff:
            self._holdings.change_owner(identifier, Owner.QUEUE, by=by, why=handoff.reason)
            held.state = replace(held.state, handoff=handoff)
        self._holdings.wake(identifier)
        return [*said, noted]

    async def release(self, lease: Lease) -> bool:
        """See `Conversations.release`."""
        held = self._holdings.leased(lease)
        if held.mailbox:
            return False
        held.lease = None
        return True

    async def abandon(self, lease: Lease) -> None:
        """See `Conversations.abandon`."""
        self._holdings.leased(lease).lease = None

    async def send(self, approved: Approved, *, once: str = "") -> list[Message]:
        """See `Conversations.send`."""
        held = self._holdings.of(approved.conversation_id)
        if once and once in held.once:
            self.voice.check(approved)
            return []
        said = self.voice.say(approved)
        held.once |= {once}
        self._holdings.touch(approved.conversation_id)
        return said

    async def mark_enqueued(
        self, conversation_id: str, approved: Approved, *, asking: str = ""
    ) -> list[Message]:
        """See `Conversations.mark_enqueued`."""
        held = self._holdings.of(conversation_id)
        if approved.conversation_id != conversation_id:
            raise NotApproved
        self.voice.check(approved)
        if held.state.owner is not Owner.QUEUE:
            raise OwnerChanged
        if held.state.enqueued:
            return []
        said = await self.send(approved)
        held.state = replace(held.state, enqueued=True, asking=asking)
        return said

    async def leave(self, approved: Approved) -> list[Message]:
        """See `Conversations.leave`."""
        self.voice.check(approved)
        if self._holdings.of(approved.conversation_id).state.owner is not Owner.QUEUE:
            raise OwnerChanged
        said = await self.send(approved)
        self._holdings.leave(approved.conversation_id, approved.author.sender.value)
        return said

    async def note(self, conversation_id: str, note: Note) -> Message:
        """See `Conversations.note`."""
        if self._holdings.of(conversation_id).state.owner is Owner.CLOSED:
            raise Closed
        noted = self._holdings.append(codec.note_message(conversation_id, note))
        self._holdings.wake(conversation_id)
        return noted

    async def request_handoff(self, conversation_id: str, epoch: int, handoff: Handoff) -> int:
        """See `Conversations.request_handoff`."""
        held = self._holdings.owned(conversation_id, epoch)
        if held.state.owner is Owner.QUEUE:
            raise OwnerChanged
        new = self._holdings.change_owner(conversation_id, Owner.QUEUE, why="queue")
        held.state = replace(held.state, handoff=handoff)
        return new

    async def take_over(self, conversation_id: str, agent: Author, fence: int) -> int:
        """See `Conversations.take_over`."""
        held = self._holdings.of(conversation_id)
        if held.state.owner is Owner.CLOSED:
            raise Closed
        if held.state.owner is Owner.BOT or fence <= held.state.fence:
            raise OwnerChanged
        new = self._holdings.change_owner(
            conversation_id, Owner.AGENT, by=agent.id, name=agent.name, why="claimed"
        )
        held.state = replace(held.state, agent=agent.id, agent_name=agent.name, fence=fence)
        return new

    async def give_back(self, conversation_id: str, epoch: int, to: Owner) -> int:
        """See `Conversations.give_back`."""
        held = self._holdings.owned(conversation_id, epoch)
        if held.state.owner is to or (to is Owner.QUEUE and held.state.owner is not Owner.AGENT):
            raise OwnerChanged
        new = self._holdings.change_owner(conversation_id, to, why=to.value)
        if to is Owner.BOT:
            held.state = replace(held.state, handoff=None)
        return new

    async def close(self, conversation_id: str, epoch: int, by: str) -> int:
        """See `Conversations.close`."""
        held = self._holdings.owned(conversation_id, epoch)
        if by == "silence" and held.mailbox:
            raise Busy
        new = self._holdings.change_owner(conversation_id, Owner.CLOSED, by=by, why="closed")
        held.state = replace(held.state, closed_by=by)
        return new

    async def note_audited(self, conversation_id: str, upto: str) -> None:
        """See `Conversations.note_audited`."""
        held = self._holdings.of(conversation_id)
        held.state = replace(held.state, audited_to=upto)

    async def expire(self, conversation_id: str, after: timedelta) -> None:
        """See `Conversations.expire`."""
        held = self._holdings.of(conversation_id)
        if held.state.owner is not Owner.CLOSED:
            raise OwnerChanged
        held.expires = self._clock() + after

    def follow(self, customer_key: str) -> AsyncIterator[None]:
        """See `Conversations.follow`."""
        return self._holdings.follow(customer_key)


def _order(entry: str) -> tuple[int, int]:
    stamp, _, counter = entry.partition("-")
    return int(stamp), int(counter or 0)
