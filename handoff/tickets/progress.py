"""What a customer is told of a complaint, in approved words; the check needs no secret."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.clock import utc_now
from handoff.tickets.clock import ZONE
from handoff.tickets.rules import Rules
from handoff.tickets.store import TicketStore, Wanted
from handoff.tickets.ticket import RUNNING, Ticket

_MOMENT = timedelta(microseconds=1)
_NUMBER = re.compile(r"TS(\d{8})-?(\d{4,})")


@dataclass(frozen=True, slots=True)
class Told:
    """Approved words, and whether they are about a ticket of this customer."""

    words: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """Tells the state of tickets. Every method raises `Unavailable` when the database is down."""

    store: TicketStore
    rules: Rules
    clock: Callable[[], datetime] = utc_now

    async def by_number(self, customer_key: str, text: str) -> Told:
        """Return the state of the ticket whose number stands in a text.

        The check: the number, and that the same customer asks. For everybody else, and for a
        number that does not exist, the answer is the same.
        """
        ticket = await asyncio.to_thread(self.store.get, normal(text))
        if ticket is None or ticket.intake.customer_key != customer_key:
            return Told(self.rules.told["unknown"], known=False)
        return Told(self._state(ticket))

    async def running(self, customer_key: str) -> list[Told]:
        """Return the states of what a customer still waits for, the latest complaint first."""
        wanted = Wanted(RUNNING, customer_key=customer_key)
        found = await asyncio.to_thread(self.store.find, wanted)
        return [Told(self._state(ticket)) for ticket in reversed(found)]

    def _state(self, ticket: Ticket) -> str:
        due = ticket.clock.due(self.rules.deadlines, self.clock())
        return self.rules.told[ticket.status].format(
            number=ticket.number,
            received=_day(ticket.clock.started.astimezone(ZONE)),
            due=_day(due.astimezone(ZONE) - _MOMENT),
            into=ticket.into,
        )


def normal(number: str) -> str:
    """Return a number as it is kept, however a customer wrote it; "" when it is none."""
    plain = unicodedata.normalize("NFKC", number).upper()
    match = _NUMBER.search("".join(plain.split()))
    return f"TS{match[1]}-{match[2]}" if match else ""


def _day(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"
