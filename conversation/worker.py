"""The turn worker: one conversation at a time, one message at a time, answered once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from conversation.conversation import Conversation
from conversation.errors import LeaseLost, Refused, Unavailable, UnknownConversation
from conversation.ports import Conversations, Ticket, Turns
from conversation.reception import Handler
from conversation.settle import Settler
from conversation.turn import Lease
from conversation.turn_handler import Later

_LOG = logging.getLogger(__name__)
_PAUSES = (1, 4, 5, 5)
"""Seconds before the second to the fifth try: a bot that is back has five seconds to show it."""
_MOMENT = 1.0
"""Seconds between two looks at what came in during a pause."""


@dataclass(slots=True)
class TurnWorker:
    """Takes tickets from the turns stream and works each conversation's mailbox empty."""

    conversations: Conversations
    turns: Turns
    handler: Handler
    settler: Settler
    concurrency: int = 64
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Work until cancelled; on cancellation turns that run are finished first."""
        slots = asyncio.Semaphore(self.concurrency)
        try:
            async for ticket in self.turns.take():
                await slots.acquire()
                task = asyncio.create_task(self.work(ticket))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                task.add_done_callback(lambda _: slots.release())
        finally:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def work(self, ticket: Ticket) -> None:
        """Handle one ticket. Whatever fails here leaves the ticket to be reclaimed."""
        try:
            await self._hold(ticket)
        except UnknownConversation:
            await self._quietly_ack(ticket)
        except Unavailable as error:
            _LOG.warning("turn postponed", extra={"reason": error.code})
        except Exception:  # noqa: BLE001 - the ticket stays and comes again
            _LOG.exception("turn failed", extra={"conversation": ticket.conversation_id})

    async def _quietly_ack(self, ticket: Ticket) -> None:
        with contextlib.suppress(Unavailable):
            await self.turns.ack(ticket)

    async def _hold(self, ticket: Ticket) -> None:
        lease = await self.conversations.acquire(ticket.conversation_id)
        if lease is None:
            # Its holder works the mailbox empty; the ticket stays as the holder's insurance.
            return
        over = asyncio.Event()
        keeper = asyncio.create_task(self._keep(lease, ticket, over))
        try:
            if await self._drain(lease):
                await self.turns.ack(ticket)
        except LeaseLost:
            _LOG.warning("lease lost", extra={"conversation": lease.conversation_id})
        finally:
            over.set()
            keeper.cancel()

    async def _keep(self, lease: Lease, ticket: Ticket, over: asyncio.Event) -> None:
        """Renew lease and ticket while the turn runs; a slow worker that lives is not robbed.

        A client library may lose the cancellation: a keeper that did not hear of the turn's end
        would keep the conversation for good.
        """
        while not over.is_set():
            await asyncio.sleep(lease.ttl / 3)
            with contextlib.suppress(Unavailable):
                if not await self.conversations.renew(lease):
                    return
                await self.turns.keep(ticket)

    async def _drain(self, lease: Lease) -> bool:
        """Work the mailbox empty and settle; False when the turn has to come again later."""
        while True:
            try:
                while pending := await self.conversations.begin(lease):
                    conversation = await self._present(lease)
                    await self.handler.handle(lease, conversation, pending)
            except Later as later:
                await self._rest(lease.conversation_id, later.attempts)
                await self.conversations.abandon(lease)
                with contextlib.suppress(Refused):
                    await self.turns.put(lease.conversation_id)
                return True
            await self.settler.settle(lease.conversation_id)
            with contextlib.suppress(LeaseLost):
                if not await self.conversations.release(lease):
                    continue
            return True

    async def _present(self, lease: Lease) -> Conversation:
        return await self.conversations.get(lease.conversation_id)

    async def _rest(self, conversation_id: str, attempts: int) -> None:
        """Pause before the next try, and hold the conversation.

        Whatever else the customer writes meanwhile must not use up the message's tries; only a
        wish that goes to a person is not kept waiting.
        """
        for _ in range(_PAUSES[attempts - 1]):
            if await self.handler.hurries(conversation_id):
                return
            await self.pause(_MOMENT)
