"""Reminds before the deadline, escalates at it, and settles what a dead process left behind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.errors import Unavailable
from handoff.tickets.errors import TicketChanged
from handoff.tickets.events import SYSTEM, Event, Kind
from handoff.tickets.rules import Mark
from handoff.tickets.service import TicketService
from handoff.tickets.store import Wanted
from handoff.tickets.ticket import Status, Ticket

_LOG = logging.getLogger(__name__)
_TICKING = Wanted(frozenset({Status.RECEIVED, Status.HANDLING}))


@dataclass(frozen=True, slots=True)
class TicketSweeper:
    """Any number may run: each mark of each deadline is told once."""

    service: TicketService
    every: timedelta = timedelta(minutes=1)

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            with contextlib.suppress(Unavailable):
                await self.sweep()
            await asyncio.sleep(self.every.total_seconds())

    async def sweep(self) -> None:
        """Remind of what is due by the service's clock; of several missed marks the last only."""
        now = self.service.clock()
        store = self.service.store
        for ticket in await asyncio.to_thread(store.find, _TICKING):
            if event := self._reminder(ticket, now):
                with contextlib.suppress(TicketChanged):
                    await asyncio.to_thread(store.append, (ticket, event))
                    _LOG.warning("a ticket is due", extra={"ticket": ticket.number, **event.data})
        await self.service.settle()

    def _reminder(self, ticket: Ticket, now: datetime) -> Event | None:
        due = ticket.clock.due(self.service.rules.deadlines, now)
        mark = self._mark(due - now)
        if mark is None or ticket.reminded(mark.days_before, due.isoformat()):
            return None
        data = {"days": mark.days_before, "due": due.isoformat(), "to": mark.to}
        return Event(Kind.REMINDED, now, SYSTEM, data)

    def _mark(self, left: timedelta) -> Mark | None:
        passed = [mark for mark in self.service.rules.marks.steps if left <= mark.span]
        return min(passed, key=lambda mark: mark.days_before, default=None)
