"""The delivery to one customer, by the one replica that has the hold."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from connectors.outbox import Cursor, Outbox, Update
from connectors.plain_text import PlainText
from connectors.wechat.errors import (
    ApiError,
    HoldLost,
    OutOfReach,
    QuotaSpent,
    Undeliverable,
    Unreachable,
)
from connectors.wechat.passive import PassiveReplies
from connectors.wechat.ports import Account, Deliveries, Hold, Place, Trouble
from connectors.wechat.rendering import Part, parts_of
from connectors.wechat.splitting import MAX_BYTES
from conversation.conversation import Owner
from conversation.errors import StoreUnavailable
from conversation.files import Files
from conversation.message import Message, Sender

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class Counter:
    """What every delivery works with."""

    outbox: Outbox
    deliveries: Deliveries
    api: Account
    plain: PlainText
    clock: Callable[[], float]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    menu_head: int = MAX_BYTES
    """Bytes of text that a menu may have above it."""
    passive: PassiveReplies | None = None
    files: Files | None = None


@dataclass(slots=True)
class Delivery:
    """Follows the log from where it was left and sends what is new, in order.

    A message is counted as delivered when WeChat has taken it. A replica that dies between the
    two leaves one message that is sent again: WeChat offers no key against it.
    """

    counter: Counter
    hold: Hold
    _place: Place = field(default_factory=Place)
    _pending: deque[Message] = field(default_factory=deque)
    _troubled: bool = False
    _typing: bool = False

    async def run(self) -> None:
        """Deliver until the conversation is closed; raises `HoldLost` and `StoreUnavailable`."""
        settled = False
        try:
            await self._follow()
            settled = True
        finally:
            with contextlib.suppress(HoldLost, StoreUnavailable):
                await self.counter.deliveries.let_go(self.hold, settled=settled)

    async def _follow(self) -> None:
        standing = await self.counter.deliveries.standing(self.hold.customer)
        self._place = standing.place
        self._troubled = bool(standing.trouble or standing.waiting)
        follow = self.counter.outbox.follow(self.hold.customer, self._place.cursor)
        async for update in follow:
            self._pending.extend(update.messages)
            if any(message.sender is Sender.CUSTOMER for message in update.messages):
                with contextlib.suppress(ApiError):
                    await self.counter.api.heard(self.hold.customer.id)
            await self._show_typing(update)
            await self._say_at_once()
            await self._flush()
            if update.status.owner is Owner.CLOSED:
                with contextlib.suppress(ApiError):
                    await self.counter.api.ended(self.hold.customer.id)
                return

    async def _show_typing(self, update: Update) -> None:
        """Say once that an answer is being written; not worth an error."""
        writing = update.status.busy or update.status.typing
        busy = writing and not any(map(_is_ours, self._pending))
        if busy and not self._typing:
            with contextlib.suppress(ApiError):
                await self.counter.api.working(self.hold.customer.id)
        self._typing = busy

    async def _say_at_once(self) -> None:
        """Answer in the connection that WeChat holds open, when one text is all there is to say.

        More than one would come in no order: WeChat shows what is sent when it arrives.
        """
        passive, deliveries = self.counter.passive, self.counter.deliveries
        parts = [part for message in self._pending for part in self._parts(message)]
        if passive is None or self._place.parts or len(parts) != 1 or parts[0].items:
            return
        if (await deliveries.standing(self.hold.customer)).place != self._place:
            raise HoldLost
        slot = passive.take(self.hold.customer.id)
        if slot is None:
            return
        after = Place(Cursor.of(self._pending[-1]))
        try:
            await deliveries.replied(self.hold, after, slot.push_id, parts[0].text)
        except BaseException:
            slot.give(None)
            raise
        self._place = after
        self._pending.clear()
        slot.give(parts[0].text)

    async def _flush(self) -> None:
        """Send what is pending; what cannot be sent stays, and the desk can see it."""
        pause = _FIRST_PAUSE
        while self._pending:
            try:
                await self._deliver(self._pending[0])
            except Undeliverable as error:
                out = isinstance(error, OutOfReach)
                await self._note(Trouble.OUT_OF_REACH if out else Trouble.QUOTA)
                return
            except Unreachable:
                await self._note(Trouble.WECHAT_DOWN)
                await self.counter.pause(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self._pending.popleft()
        if self._troubled:
            await self._note(None)

    async def _deliver(self, message: Message) -> None:
        after = Place(Cursor.of(message))
        parts = self._parts(message)
        for number, part in enumerate(parts[self._place.parts :], self._place.parts + 1):
            last = number == len(parts)
            there = after if last else Place(self._place.cursor, number)
            await self._send(message, part, there)
        if self._place != after:
            await self.counter.deliveries.delivered(self.hold, after, None)
            self._place = after

    def _parts(self, message: Message) -> list[Part]:
        if not _is_ours(message):
            return []
        return parts_of(message, self.counter.plain, self.counter.menu_head)

    async def _send(self, message: Message, part: Part, after: Place) -> None:
        deliveries, customer = self.counter.deliveries, self.hold.customer
        # Whoever was silent or asleep for longer than the hold lives may have been overtaken.
        await deliveries.keep(self.hold)
        standing = await deliveries.standing(customer)
        if standing.place != self._place:
            raise HoldLost
        spent = standing.quota.next(self.counter.clock())
        if spent is None:
            raise QuotaSpent
        try:
            await self._out(part, _name(message, self._place.parts))
        except (Undeliverable, Unreachable):
            raise
        except ApiError as error:
            facts = {"conversation": message.conversation_id, "errcode": error.number}
            _LOG.error("WeChat will never take this message", extra=facts)
            await deliveries.refuse(self.hold)
            spent = None
        await deliveries.delivered(self.hold, after, spent)
        self._place = after

    async def _out(self, part: Part, name: str) -> None:
        """Let WeChat have it; raises `ApiError` also for a file that is gone."""
        customer, counter = self.hold.customer, self.counter
        if part.file is None:
            await counter.api.send(customer.id, part, name)
            return
        stored = await counter.files.get(customer.key, part.file.id) if counter.files else None
        if stored is None:
            raise ApiError
        await counter.api.send_file(customer.id, name, part.text, stored)

    async def _note(self, trouble: Trouble | None) -> None:
        waiting = sum(map(_is_ours, self._pending))
        await self.counter.deliveries.note(self.hold, waiting, trouble)
        if trouble and not self._troubled:
            facts = {"customer": self.hold.customer.key, "trouble": trouble.value}
            _LOG.warning("WeChat messages wait", extra=facts)
        self._troubled = trouble is not None


def _name(message: Message, part: int) -> str:
    """Name a part of a message: 32 hex digits, the same whoever sends it."""
    whole = f"{message.conversation_id}/{message.id}/{part}"
    return hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()


def _is_ours(message: Message) -> bool:
    return message.for_customer and message.sender is not Sender.CUSTOMER
