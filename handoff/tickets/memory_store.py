"""`TicketStore` in dictionaries: the double for tests and trials in one process."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection

from handoff.tickets.errors import TicketChanged
from handoff.tickets.events import Event, Kind
from handoff.tickets.store import Unaudited, Wanted, day_of, number_of
from handoff.tickets.ticket import Ticket, opened


class MemoryTickets:
    """Tickets that are gone with the process."""

    def __init__(self) -> None:
        """Start without any."""
        self._tickets: dict[str, Ticket] = {}
        self._by_conversation: dict[str, str] = {}
        self._serials: Counter[str] = Counter()
        self._audited: Counter[str] = Counter()
        self._alone = threading.Lock()

    def open(self, first: Event) -> Ticket:
        """See `TicketStore.open`."""
        conversation = first.data["conversation"]
        with self._alone:
            if number := self._by_conversation.get(conversation):
                return self._tickets[number]
            day = day_of(first)
            self._serials[day] += 1
            ticket = opened(number_of(day, self._serials[day]), first)
            self._tickets[ticket.number] = ticket
            self._by_conversation[conversation] = ticket.number
            return ticket

    def append(self, *steps: tuple[Ticket, Event]) -> list[Ticket]:
        """See `TicketStore.append`."""
        with self._alone:
            for ticket, _ in steps:
                held = self._tickets.get(ticket.number)
                if held is None or held.version != ticket.version:
                    raise TicketChanged
            for ticket, event in steps:
                self._tickets[ticket.number] = ticket.after(event)
                if event.kind is Kind.REPEATED:
                    self._by_conversation[event.data["conversation"]] = ticket.number
            return [self._tickets[ticket.number] for ticket, _ in steps]

    def get(self, number: str) -> Ticket | None:
        """See `TicketStore.get`."""
        return self._tickets.get(number)

    def of_conversation(self, conversation: str) -> Ticket | None:
        """See `TicketStore.of_conversation`."""
        return self._tickets.get(self._by_conversation.get(conversation, ""))

    def find(self, wanted: Wanted, limit: int | None = None) -> list[Ticket]:
        """See `TicketStore.find`."""
        each = (self._tickets[number] for number in sorted(self._tickets))
        found = [ticket for ticket in each if _is(ticket, wanted)]
        return found if limit is None else found[-limit:]

    def unaudited(self, limit: int = 100) -> list[Unaudited]:
        """See `TicketStore.unaudited`."""
        return [
            Unaudited(number, place, event)
            for number in sorted(self._tickets)
            for place, event in enumerate(self._tickets[number].history, 1)
            if place > self._audited[number]
        ][:limit]

    def note_audited(self, number: str, place: int) -> None:
        """See `TicketStore.note_audited`."""
        self._audited[number] = max(self._audited[number], place)

    def remove(self, numbers: Collection[str]) -> int:
        """See `TicketStore.remove`."""
        with self._alone:
            gone = [number for number in numbers if self._tickets.pop(number, None)]
            for conversation, number in list(self._by_conversation.items()):
                if number in gone:
                    del self._by_conversation[conversation]
            return len(gone)


def _is(ticket: Ticket, wanted: Wanted) -> bool:
    return (
        (not wanted.statuses or ticket.status in wanted.statuses)
        and wanted.handler in {None, ticket.handler}
        and wanted.customer_key in {None, ticket.intake.customer_key}
    )
