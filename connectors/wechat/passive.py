"""Replies in WeChat's own connection: free of any count, but only while WeChat waits for us."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from connectors.wechat.ports import Deliveries
from connectors.wechat.push import Push
from connectors.wechat.redis_deliveries import CHANNEL
from conversation.conversation import Customer


@dataclass(slots=True)
class Slot:
    """One waiting connection; whoever takes it must `give` its text, or nothing."""

    push_id: str
    taken: bool = False
    given: asyncio.Future[str | None] = field(default_factory=asyncio.Future)

    def give(self, text: str | None) -> None:
        """End the wait."""
        if not self.given.done():
            self.given.set_result(text)


@dataclass(slots=True)
class PassiveReplies:
    """The connections of this process that wait for at most `seconds`, by customer.

    A delivery writes into a waiting connection instead of sending, never both: one step moves the
    place in the log and keeps the text under the push's id. When the connection breaks, WeChat
    pushes again, and the same text is said again, in whichever replica.
    """

    deliveries: Deliveries
    seconds: float
    _slots: dict[str, Slot] = field(default_factory=dict)

    async def answer(self, push: Push, receive: Callable[[Push], Awaitable[None]]) -> str | None:
        """Let `receive` take the push; return what to say here, None when nothing is ready."""
        if push.kind != "text":
            await receive(push)
            return None
        customer = Customer(CHANNEL, push.open_id)
        before = await self.deliveries.reply(customer, push.client_id)
        if before is not None:
            return before
        slot = self._slots[push.open_id] = Slot(push.client_id)
        try:
            await receive(push)
            return await self._waited(slot)
        finally:
            if self._slots.get(push.open_id) is slot:
                del self._slots[push.open_id]

    async def _waited(self, slot: Slot) -> str | None:
        await asyncio.wait([slot.given], timeout=self.seconds)
        if not slot.taken:
            slot.taken = True  # from now on it is sent
            return None
        return await slot.given  # it is being noted at this moment

    def take(self, open_id: str) -> Slot | None:
        """Return the customer's waiting connection, once."""
        slot = self._slots.get(open_id)
        if slot is None or slot.taken:
            return None
        slot.taken = True
        return slot
