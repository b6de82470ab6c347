"""The in-memory double of the turns stream."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from conversation.ports import Ticket


class MemoryTurns:
    """`Turns` in a list; `reclaim()` plays a dead worker's timeout."""

    def __init__(self) -> None:
        """Start empty."""
        self._new: asyncio.Queue[Ticket] = asyncio.Queue()
        self.pending: dict[str, Ticket] = {}
        self.dead: list[tuple[str, str, str]] = []
        self._active: dict[str, datetime] = {}
        self._finished: dict[str, None] = {}
        self._count = itertools.count()

    async def put(self, conversation_id: str) -> None:
        """See `Turns.put`."""
        self._active[conversation_id] = datetime.now(UTC)
        self._new.put_nowait(Ticket(conversation_id, str(next(self._count)), 0))

    async def take(self) -> AsyncIterator[Ticket]:
        """See `Turns.take`."""
        while True:
            ticket = await self._new.get()
            self.pending[ticket.id] = ticket
            yield ticket

    def is_quiet(self) -> bool:
        """Tell whether no ticket waits to be taken."""
        return self._new.empty()

    def reclaim(self) -> None:
        """Offer every unacknowledged ticket again."""
        for ticket in self.pending.values():
            self._new.put_nowait(ticket)

    async def keep(self, ticket: Ticket) -> None:
        """See `Turns.keep`."""

    async def ack(self, ticket: Ticket) -> None:
        """See `Turns.ack`."""
        self.pending.pop(ticket.id, None)

    async def bury(self, conversation_id: str, message_id: str, why: str) -> None:
        """See `Turns.bury`."""
        self.dead.append((conversation_id, message_id, why))

    async def idle(self, before: datetime, limit: int = 100) -> list[str]:
        """See `Turns.idle`."""
        return [c for c, at in self._active.items() if at < before][:limit]

    async def forget(self, conversation_id: str) -> None:
        """See `Turns.forget`."""
        self._active.pop(conversation_id, None)

    async def finish(self, conversation_id: str) -> None:
        """See `Turns.finish`."""
        self._active.pop(conversation_id, None)
        self._finished.pop(conversation_id, None)
        self._finished[conversation_id] = None

    async def finished(self, limit: int = 100) -> list[str]:
        """See `Turns.finished`."""
        return list(self._finished)[:limit]

    async def archived(self, conversation_id: str) -> None:
        """See `Turns.archived`."""
        self._finished.pop(conversation_id, None)
