"""Where tickets are kept: events that are only ever added to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from handoff.tickets.clock import ZONE
from handoff.tickets.events import Event
from handoff.tickets.ticket import Status, Ticket


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets are asked for; what is left out does not matter."""

    statuses: frozenset[Status] = frozenset()
    handler: str | None = None
    customer_key: str | None = None


@dataclass(frozen=True, slots=True)
class Unaudited:
    """An event that the audit trail may not have yet; `place` counts from 1 in its ticket."""

    number: str
    place: int
    event: Event


class TicketStore(Protocol):
    """Blocking; every method is one transaction. Raises `TicketsUnavailable`."""

    def open(self, first: Event) -> Ticket:
        """Begin a ticket with its opening, giving it the next number of the event's day.

        The conversation of an intake has one ticket: when there is one, it is returned.
        """

    def append(self, *steps: tuple[Ticket, Event]) -> list[Ticket]:
        """Add an event to each ticket, all or none; returns the tickets as they are then.

        Raises `TicketChanged` when one has got other events since it was read. A `REPEATED`
        event makes its ticket the one of the event's conversation.
        """

    def get(self, number: str) -> Ticket | None:
        """Return a ticket."""

    def of_conversation(self, conversation: str) -> Ticket | None:
        """Return the ticket that a conversation belongs to."""

    def find(self, wanted: Wanted, limit: int | None = None) -> list[Ticket]:
        """Return tickets by number, all or the latest `limit` of them."""

    def unaudited(self, limit: int = 100) -> list[Unaudited]:
        """Return events after what `note_audited` was told, by ticket, in order."""

    def note_audited(self, number: str, place: int) -> None:
        """Remember that the audit trail has a ticket's events up to and including this one."""

    def remove(self, numbers: Collection[str]) -> int:
        """Delete tickets with everything about them; returns how many there were."""


def day_of(event: Event) -> str:
    """Return the day in Beijing, as numbers carry it."""
    return f"{event.at.astimezone(ZONE):%Y%m%d}"


def number_of(day: str, serial: int) -> str:
    """Return the number of the `serial`-th ticket of a day: readable, and of one day only."""
    return f"TS{day}-{serial:04}"
