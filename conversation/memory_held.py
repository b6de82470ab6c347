"""What the in-memory double holds, and what its steps share: the counterpart of `prelude.lua`."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from conversation.conversation import Conversation, Owner, split_id
from conversation.errors import Closed, LeaseLost, OwnerChanged, UnknownConversation
from conversation.message import Kind, Message, Sender
from conversation.turn import Lease


@dataclass(slots=True)
class Held:
    """One conversation's parts."""

    state: Conversation
    log: list[Message] = field(default_factory=list)
    mailbox: list[str] = field(default_factory=list)
    lease: tuple[str, datetime] | None = None
    head: str = ""
    attempts: int = 0
    once: set[str] = field(default_factory=set)
    expires: datetime | None = None


class Holdings:
    """All conversations by their ids, and who waits for news of them."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Read the time from `clock`."""
        self.clock = clock
        self._held: dict[str, Held] = {}
        self._entry = itertools.count()
        self._followers: dict[str, set[asyncio.Event]] = defaultdict(set)

    def add(self, state: Conversation) -> None:
        """Hold a conversation that was opened."""
        self._held[state.id] = Held(state)
        self.wake(state.id)

    def live(self, identifier: str) -> Held | None:
        """Return a conversation; None when it is unknown or has expired."""
        held = self._held.get(identifier)
        if held and held.expires and held.expires <= self.clock():
            del self._held[identifier]
            return None
        return held

    def of(self, identifier: str) -> Held:
        """Return a conversation; raises `UnknownConversation`."""
        if (held := self.live(identifier)) is None:
            raise UnknownConversation
        return held

    def owned(self, identifier: str, epoch: int) -> Held:
        """Return a conversation in this very epoch; raises `Closed`, `OwnerChanged`."""
        held = self.of(identifier)
        if held.state.owner is Owner.CLOSED:
            raise Closed
        if held.state.epoch != epoch:
            raise OwnerChanged
        return held

    def holds(self, lease: Lease) -> bool:
        """Tell whether the lease is still its holder's."""
        held = self.of(lease.conversation_id)
        return bool(held.lease and held.lease[0] == lease.token and held.lease[1] > self.clock())

    def leased(self, lease: Lease) -> Held:
        """Return the lease's conversation; raises `LeaseLost`."""
        if not self.holds(lease):
            raise LeaseLost
        return self.of(lease.conversation_id)

    def grant(self, lease: Lease) -> None:
        """Give the lease its whole time, from now on."""
        until = self.clock() + timedelta(seconds=lease.ttl)
        self.of(lease.conversation_id).lease = (lease.token, until)

    def append(self, message: Message) -> Message:
        """Append to the log; returns the message with its id."""
        stamp = int(self.clock().timestamp() * 1000)
        appended = replace(message, id=f"{stamp}-{next(self._entry)}")
        self.of(message.conversation_id).log.append(appended)
        return appended

    def change_owner(
        self, identifier: str, to: Owner, *, by: str = "", name: str = "", why: str = ""
    ) -> int:
        """Change the owner, with an entry for the audit trail; returns the new epoch."""
        held = self.of(identifier)
        before, epoch = held.state.owner, held.state.epoch + 1
        facts: dict[str, object] = {
            "event": "owner",
            "from": before.value,
            "to": to.value,
            "by": by,
            "name": name,
            "why": why,
            "epoch": epoch,
        }
        held.state = replace(
            held.state,
            owner=to,
            epoch=epoch,
            agent=None,
            agent_name="",
            enqueued=False,
            asking="",
        )
        self.append(Message("", identifier, Sender.SYSTEM, Kind.EVENT, "", data=facts))
        self.touch(identifier)
        return epoch

    def leave(self, identifier: str, by: str) -> None:
        """Give a waiting conversation back to the bot; its handoff is over."""
        self.change_owner(identifier, Owner.BOT, by=by, why="left")
        held = self.of(identifier)
        held.state = replace(held.state, handoff=None)

    def touch(self, identifier: str) -> None:
        """Note that something happened now."""
        held = self.of(identifier)
        held.state = replace(held.state, active_at=self.clock())
        self.wake(identifier)

    def wake(self, identifier: str) -> None:
        """Wake the followers of a conversation's customer."""
        for event in self._followers[split_id(identifier)[0]]:
            event.set()

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
