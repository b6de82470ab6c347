"""The in-memory double of the live store, for tests and trials in one process.

It passes the same contract suite as the Redis store. Nothing awaits inside a step, so each
is as atomic as a script on the server.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
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
    split_id,
)
from conversation.errors import (
    Busy,
    Closed,
    LeaseLost,
    NotApproved,
    NoticeMissing,
    OwnerChanged,
    UnknownConversation,
)
from conversation.message import Kind, Message, Note, NoticeRef, Sender
from conversation.ports import Accepted, Incoming
from conversation.turn import Lease, Pending, TurnRecord


def _system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Held:
    """One conversation's parts."""

    state: Conversation
    log: list[Message] = field(default_factory=list)
    mailbox: list[str] = field(default_factory=list)
    lease: tuple[str, datetime] | None = None
    head: str = ""
    attempts: int = 0
    once: set[str] = field(default_factory=set)
    expires: datetime | None = None


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
        self._seal = seal
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._mailbox_limit = mailbox_limit
        self._held: dict[str, _Held] = {}
        self._latest: dict[str, int] = {}
        self._seen: dict[tuple[str, str], tuple[str, str]] = {}
        self._entry = itertools.count()
        self._token = itertools.count()
        self._followers: dict[str, set[asyncio.Event]] = defaultdict(set)

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
        self._held[opened] = _Held(state)
        self.wake(opened)
        return state

    async def accept(self, customer: Customer, incoming: Incoming) -> Accepted:
        """See `Conversations.accept`."""
        seen = self._seen.get((customer.key, incoming.client_id))
        if seen:
            return Accepted(*seen, duplicate=True)
        state = await self.open(customer)
        held = self._held[state.id]
        if len(held.mailbox) >= self._mailbox_limit:
            raise Busy
        message = self._append(
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
        self._touch(state.id)
        return Accepted(state.id, message.id, duplicate=False)

    async def current(self, customer: Customer) -> Conversation | None:
        """See `Conversations.current`."""
        number = self._latest.get(customer.key)
        held = self._live(conversation_id(customer.key, number)) if number else None
        return held.state if held else None

    async def get(self, conversation_id: str) -> Conversation:
        """See `Conversations.get`."""
        return self._of(conversation_id).state

    async def log(
        self, conversation_id: str, *, after: str = "0-0", limit: int = 500
    ) -> list[Message]:
        """See `Conversations.log`."""
        held = self._live(conversation_id)
        later = [m for m in held.log if _order(m.id) > _order(after)] if held else []
        return later[:limit]

    async def acquire(self, conversation_id: str) -> Lease | None:
        """See `Conversations.acquire`."""
        held = self._of(conversation_id)
        if held.lease and held.lease[1] > self._clock():
            return None
        lease = Lease(conversation_id, str(next(self._token)), self._lease_seconds)
        self._grant(held, lease)
        return lease

    async def renew(self, lease: Lease) -> bool:
        """See `Conversations.renew`."""
        held = self._of(lease.conversation_id)
        if not self._holds(lease):
            return False
        self._grant(held, lease)
        return True

    async def begin(self, lease: Lease) -> Pending | None:
        """See `Conversations.begin`."""
        held = self._leased(lease)
        if not held.mailbox:
            return None
        head = held.mailbox[0]
        held.attempts = held.attempts + 1 if held.head == head else 1
        held.head = head
        return Pending(next(m for m in held.log if m.id == head), held.attempts)

    async def mailbox(self, conversation_id: str) -> list[Message]:
        """See `Conversations.mailbox`."""
        held = self._of(conversation_id)
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
        held = self._leased(lease)
        identifier = lease.conversation_id
        if approved is not None and approved.conversation_id != identifier:
            raise NotApproved
        if not held.mailbox or held.mailbox[0] != head:
            raise LeaseLost
        said = self._say(approved, head) if approved else []
        noted = self._append(codec.record_message(identifier, record, head))
        held.mailbox.pop(0)
        held.head, held.attempts = "", 0
        self._touch(identifier)
        state = held.state
        asked = state.asking if asking is None else asking
        alarmed = state.alarmed or record.alarm
        held.state = replace(state, asking=asked, stage=stage or state.stage, alarmed=alarmed)
        by = approved.author.sender.value if approved else ""
        if leaves and held.state.owner is Owner.QUEUE:
            self._leave(identifier, by)
        if handoff:
            self._own(identifier, Owner.QUEUE, by=by, why=handoff.reason)
            held.state = replace(held.state, handoff=handoff)
        self.wake(identifier)
        return [*said, noted]

    async def release(self, lease: Lease) -> bool:
        """See `Conversations.release`."""
        held = self._leased(lease)
        if held.mailbox:
            return False
        held.lease = None
        return True

    async def abandon(self, lease: Lease) -> None:
        """See `Conversations.abandon`."""
        self._leased(lease).lease = None

    async def send(self, approved: Approved, *, once: str = "") -> list[Message]:
        """See `Conversations.send`."""
        held = self._of(approved.conversation_id)
        if once and once in held.once:
            self._check(approved)
            return []
        said = self._say(approved, None)
        held.once |= {once}
        self._touch(approved.conversation_id)
        return said

    async def mark_enqueued(
        self, conversation_id: str, approved: Approved, *, asking: str = ""
    ) -> list[Message]:
        """See `Conversations.mark_enqueued`."""
        held = self._of(conversation_id)
        if approved.conversation_id != conversation_id:
            raise NotApproved
        self._check(approved)
        if held.state.owner is not Owner.QUEUE:
            raise OwnerChanged
        if held.state.enqueued:
            return []
        said = await self.send(approved)
        held.state = replace(held.state, enqueued=True, asking=asking)
        return said

    async def leave(self, approved: Approved) -> list[Message]:
        """See `Conversations.leave`."""
        self._check(approved)
        if self._of(approved.conversation_id).state.owner is not Owner.QUEUE:
            raise OwnerChanged
        said = await self.send(approved)
        self._leave(approved.conversation_id, approved.author.sender.value)
        return said

    async def note(self, conversation_id: str, note: Note) -> Message:
        """See `Conversations.note`."""
        if self._of(conversation_id).state.owner is Owner.CLOSED:
            raise Closed
        noted = self._append(codec.note_message(conversation_id, note))
        self.wake(conversation_id)
        return noted

    async def request_handoff(self, conversation_id: str, epoch: int, handoff: Handoff) -> int:
        """See `Conversations.request_handoff`."""
        held = self._owned(conversation_id, epoch)
        if held.state.owner is Owner.QUEUE:
            raise OwnerChanged
        new = self._own(conversation_id, Owner.QUEUE, why="queue")
        held.state = replace(held.state, handoff=handoff)
        return new

    async def take_over(self, conversation_id: str, agent: Author, fence: int) -> int:
        """See `Conversations.take_over`."""
        held = self._of(conversation_id)
        if held.state.owner is Owner.CLOSED:
            raise Closed
        if held.state.owner is Owner.BOT or fence <= held.state.fence:
            raise OwnerChanged
        new = self._own(conversation_id, Owner.AGENT, by=agent.id, name=agent.name, why="claimed")
        held.state = replace(held.state, agent=agent.id, agent_name=agent.name, fence=fence)
        return new

    async def give_back(self, conversation_id: str, epoch: int, to: Owner) -> int:
        """See `Conversations.give_back`."""
        held = self._owned(conversation_id, epoch)
        if held.state.owner is to or (to is Owner.QUEUE and held.state.owner is not Owner.AGENT):
            raise OwnerChanged
        new = self._own(conversation_id, to, why=to.value)
        if to is Owner.BOT:
            held.state = replace(held.state, handoff=None)
        return new

    async def close(self, conversation_id: str, epoch: int, by: str) -> int:
        """See `Conversations.close`."""
        held = self._owned(conversation_id, epoch)
        if by == "silence" and held.mailbox:
            raise Busy
        new = self._own(conversation_id, Owner.CLOSED, by=by, why="closed")
        held.state = replace(held.state, closed_by=by)
        return new

    async def note_audited(self, conversation_id: str, upto: str) -> None:
        """See `Conversations.note_audited`."""
        held = self._of(conversation_id)
        held.state = replace(held.state, audited_to=upto)

    async def expire(self, conversation_id: str, after: timedelta) -> None:
        """See `Conversations.expire`."""
        held = self._of(conversation_id)
        if held.state.owner is not Owner.CLOSED:
            raise OwnerChanged
        held.expires = self._clock() + after

    async def follow(self, customer_key: str) -> AsyncIterator[None]:
        """See `Conversations.follow`."""
        event = asyncio.Event()
        self._followers[customer_key].add(event)
        try:
            while True:
                yield
                await event.wait()
                event.clear()
        finally:
            self._followers[customer_key].discard(event)

    def _of(self, identifier: str) -> _Held:
        if (held := self._live(identifier)) is None:
            raise UnknownConversation
        return held

    def _live(self, identifier: str) -> _Held | None:
        held = self._held.get(identifier)
        if held and held.expires and held.expires <= self._clock():
            del self._held[identifier]
            return None
        return held

    def _owned(self, identifier: str, epoch: int) -> _Held:
        held = self._of(identifier)
        if held.state.owner is Owner.CLOSED:
            raise Closed
        if held.state.epoch != epoch:
            raise OwnerChanged
        return held

    def _holds(self, lease: Lease) -> bool:
        held = self._of(lease.conversation_id)
        return bool(held.lease and held.lease[0] == lease.token and held.lease[1] > self._clock())

    def _leased(self, lease: Lease) -> _Held:
        if not self._holds(lease):
            raise LeaseLost
        return self._of(lease.conversation_id)

    def _grant(self, held: _Held, lease: Lease) -> None:
        until = datetime.fromtimestamp(self._clock().timestamp() + lease.ttl, UTC)
        held.lease = (lease.token, until)

    def _check(self, approved: Approved) -> None:
        if approved.seal is not self._seal:
            raise NotApproved
        state = self._owned(approved.conversation_id, approved.author.epoch).state
        sender = approved.author.sender
        if sender is Sender.BOT and state.owner is not Owner.BOT:
            raise OwnerChanged
        if sender is Sender.AGENT and (
            state.owner is not Owner.AGENT or state.agent != approved.author.id
        ):
            raise OwnerChanged

    def _say(self, approved: Approved, reply_to: str | None) -> list[Message]:
        self._check(approved)
        held = self._of(approved.conversation_id)
        leading = {
            draft.notice.category: draft.notice
            for draft in itertools.takewhile(lambda d: d.kind is Kind.NOTICE, approved.messages)
            if draft.notice
        }
        shown = held.state.notices | leading
        for need in approved.requires:
            if not _same(shown.get(need.category), need):
                raise NoticeMissing
        said = [self._append(m) for m in codec.messages_of_approved(approved, reply_to)]
        delivered = {m.notice.category: m.notice for m in said if m.notice}
        held.state = replace(held.state, notices=held.state.notices | delivered)
        return said

    def _append(self, message: Message) -> Message:
        held = self._of(message.conversation_id)
        stamp = int(self._clock().timestamp() * 1000)
        appended = replace(message, id=f"{stamp}-{next(self._entry)}")
        held.log.append(appended)
        return appended

    def _own(
        self, identifier: str, to: Owner, *, by: str = "", name: str = "", why: str = ""
    ) -> int:
        held = self._of(identifier)
        state = held.state
        epoch = state.epoch + 1
        facts = {"event": "owner", "from": state.owner.value, "to": to.value, "by": by}
        facts |= {"name": name, "why": why, "epoch": epoch}  # type: ignore[dict-item]
        held.state = replace(
            state, owner=to, epoch=epoch, agent=None, agent_name="", enqueued=False, asking=""
        )
        self._append(Message("", identifier, Sender.SYSTEM, Kind.EVENT, "", data=dict(facts)))
        self._touch(identifier)
        return epoch

    def _leave(self, identifier: str, by: str) -> None:
        self._own(identifier, Owner.BOT, by=by, why="left")
        held = self._of(identifier)
        held.state = replace(held.state, handoff=None)

    def _touch(self, identifier: str) -> None:
        held = self._of(identifier)
        held.state = replace(held.state, active_at=self._clock())
        self.wake(identifier)

    def wake(self, identifier: str) -> None:
        """Wake the followers of a conversation's customer."""
        for event in self._followers[split_id(identifier)[0]]:
            event.set()


def _order(entry: str) -> tuple[int, int]:
    stamp, _, counter = entry.partition("-")
    return int(stamp), int(counter or 0)


def _same(shown: NoticeRef | None, need: NoticeRef) -> bool:
    return shown is not None and (shown.id, shown.version) == (need.id, need.version)
