"""`TicketStore` in SQL: SQLite (WAL) or PostgreSQL, by SQLAlchemy Core."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from handoff.tickets.errors import TicketChanged, TicketsUnavailable
from handoff.tickets.events import Event, Kind
from handoff.tickets.sql_tables import (
    metadata,
    ticket_conversations,
    ticket_events,
    ticket_serials,
    tickets,
)
from handoff.tickets.store import Unaudited, Wanted, day_of, number_of
from handoff.tickets.ticket import Ticket, folded, opened


class SqlTickets:
    """Tickets in the tables of `sql_tables`; a migration or `create` makes them."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert

    def create(self) -> None:
        """Create the tables where they are missing."""
        with reachable():
            metadata.create_all(self._engine)

    def open(self, first: Event) -> Ticket:
        """See `TicketStore.open`.

        The conversation's row is the lock: whoever comes second meets it, gives the number
        back, and reads.
        """
        conversation = first.data["conversation"]
        if held := self.of_conversation(conversation):
            return held
        try:
            with reachable(), self._engine.begin() as connection:
                return self._open(connection, first)
        except IntegrityError:
            held = self.of_conversation(conversation)
            if held is None:
                raise TicketsUnavailable from None
            return held

    def _open(self, connection: sa.Connection, first: Event) -> Ticket:
        day = day_of(first)
        serial = self._insert(ticket_serials).values(day=day, last=1)
        serial = serial.on_conflict_do_update(
            index_elements=[ticket_serials.c.day], set_={"last": ticket_serials.c.last + 1}
        )
        last = connection.execute(serial.returning(ticket_serials.c.last)).scalar_one()
        ticket = opened(number_of(day, last), first)
        values = {
            "number": ticket.number,
            "customer_key": ticket.intake.customer_key,
            "status": ticket.status.value,
            "handler": ticket.handler,
            "version": ticket.version,
            "audited": 0,
        }
        connection.execute(sa.insert(tickets).values(values))
        own = {"conversation": ticket.intake.conversation, "number": ticket.number}
        connection.execute(sa.insert(ticket_conversations).values(own))
        connection.execute(sa.insert(ticket_events).values(_row(ticket.number, 1, first)))
        return ticket

    def append(self, *steps: tuple[Ticket, Event]) -> list[Ticket]:
        """See `TicketStore.append`."""
        with reachable(), self._engine.begin() as connection:
            return [self._append(connection, ticket, event) for ticket, event in steps]

    def _append(self, connection: sa.Connection, ticket: Ticket, event: Event) -> Ticket:
        after = ticket.after(event)
        change = (
            sa.update(tickets)
            .where(tickets.c.number == ticket.number, tickets.c.version == ticket.version)
            .values(status=after.status.value, handler=after.handler, version=after.version)
        )
        if connection.execute(change).rowcount != 1:
            raise TicketChanged
        connection.execute(
            sa.insert(ticket_events).values(_row(ticket.number, after.version, event))
        )
        if event.kind is Kind.REPEATED:
            own = {"conversation": event.data["conversation"], "number": ticket.number}
            joins = self._insert(ticket_conversations).values(own)
            connection.execute(
                joins.on_conflict_do_update(
                    index_elements=[ticket_conversations.c.conversation],
                    set_={"number": ticket.number},
                )
            )
        return after

    def get(self, number: str) -> Ticket | None:
        """See `TicketStore.get`."""
        found = self._folded(sa.select(tickets.c.number).where(tickets.c.number == number))
        return found[0] if found else None

    def of_conversation(self, conversation: str) -> Ticket | None:
        """See `TicketStore.of_conversation`."""
        own = ticket_conversations.c
        found = self._folded(sa.select(own.number).where(own.conversation == conversation))
        return found[0] if found else None

    def find(self, wanted: Wanted, limit: int | None = None) -> list[Ticket]:
        """See `TicketStore.find`."""
        held = tickets.c
        query = sa.select(held.number).order_by(held.number.desc()).limit(limit)
        if wanted.statuses:
            query = query.where(held.status.in_([status.value for status in wanted.statuses]))
        if wanted.handler is not None:
            query = query.where(held.handler == wanted.handler)
        if wanted.customer_key is not None:
            query = query.where(held.customer_key == wanted.customer_key)
        return self._folded(query)

    def _folded(self, numbers: sa.Select[tuple[str]]) -> list[Ticket]:
        chosen = numbers.subquery()
        query = (
            sa.select(ticket_events)
            .join(chosen, ticket_events.c.number == chosen.c.number)
            .order_by(ticket_events.c.number, ticket_events.c.place)
        )
        with reachable(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        grouped = itertools.groupby(rows, key=lambda row: str(row.number))
        return [folded(number, map(_event, each)) for number, each in grouped]

    def unaudited(self, limit: int = 100) -> list[Unaudited]:
        """See `TicketStore.unaudited`."""
        query = (
            sa.select(ticket_events)
            .join(tickets, ticket_events.c.number == tickets.c.number)
            .where(tickets.c.audited < tickets.c.version)
            .where(ticket_events.c.place > tickets.c.audited)
            .order_by(ticket_events.c.number, ticket_events.c.place)
            .limit(limit)
        )
        with reachable(), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Unaudited(row.number, row.place, _event(row)) for row in rows]

    def note_audited(self, number: str, place: int) -> None:
        """See `TicketStore.note_audited`."""
        held = tickets.c
        note = sa.update(tickets).where(held.number == number, held.audited < place)
        with reachable(), self._engine.begin() as connection:
            connection.execute(note.values(audited=place))

    def remove(self, numbers: Collection[str]) -> int:
        """See `TicketStore.remove`."""
        with reachable(), self._engine.begin() as connection:
            for table in (ticket_events, ticket_conversations):
                connection.execute(sa.delete(table).where(table.c.number.in_(numbers)))
            gone = connection.execute(sa.delete(tickets).where(tickets.c.number.in_(numbers)))
            return gone.rowcount


@contextmanager
def reachable() -> Iterator[None]:
    """Turn what a database says when it does not answer into `TicketsUnavailable`."""
    try:
        yield
    except IntegrityError:
        raise
    except (SQLAlchemyError, OSError) as error:
        raise TicketsUnavailable from error


def moment(at: datetime) -> str:
    """Return a moment as the tables carry it; sorts in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _row(number: str, place: int, event: Event) -> dict[str, object]:
    return {
        "number": number,
        "place": place,
        "kind": event.kind.value,
        "at": moment(event.at),
        "by": event.by,
        "data": json.dumps(dict(event.data), ensure_ascii=False, sort_keys=True),
    }


def _event(row: sa.Row[tuple[object, ...]]) -> Event:
    at = datetime.fromisoformat(row.at)
    return Event(Kind(row.kind), at, row.by, json.loads(row.data))
