"""`InspectionStore` in SQL: SQLite (WAL) or PostgreSQL, beside the archive's tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from conversation.archive import Period
from conversation.archive_tables import CONVERSATIONS, RESTRICTED
from conversation.sql_archive import to_ms
from handoff.figures.measure import Measure
from handoff.quality.errors import InspectionChanged, QualityUnavailable
from handoff.quality.inspection import Inspection, State
from handoff.quality.sql_tables import inspections, metadata

_BODY = TypeAdapter(Inspection)
# Databases limit how many values one statement carries.
_CHUNK = 400
_OPEN = ~sa.exists().where(RESTRICTED.c.conversation == CONVERSATIONS.c.id)
_NOT_INSPECTED = ~sa.exists().where(inspections.c.conversation == CONVERSATIONS.c.id)


class SqlInspections:
    """Inspections in the table of `sql_tables`; any number of processes may share it."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert

    def create(self) -> None:
        """Create the table where it is missing."""
        with _reachable():
            metadata.create_all(self._engine)

    def waiting(self, since: datetime, limit: int = 100) -> list[str]:
        """See `InspectionStore.waiting`."""
        query = (
            sa.select(CONVERSATIONS.c.id)
            .where(CONVERSATIONS.c.closed >= to_ms(since), _OPEN, _NOT_INSPECTED)
            .order_by(CONVERSATIONS.c.closed, CONVERSATIONS.c.id)
            .limit(limit)
        )
        with _reachable(), self._engine.connect() as connection:
            return list(connection.scalars(query))

    def add(self, inspection: Inspection) -> bool:
        """See `InspectionStore.add`.

        One statement reads the archive and writes: nothing that was deleted comes back.
        """
        row = _row(inspection)
        there = sa.select(
            *(sa.literal(value, inspections.c[name].type) for name, value in row.items())
        )
        there = there.where(
            sa.exists().where(CONVERSATIONS.c.id == inspection.conversation),
            ~sa.exists().where(RESTRICTED.c.conversation == inspection.conversation),
        )
        fresh = self._insert(inspections).from_select(list(row), there).on_conflict_do_nothing()
        with _reachable(), self._engine.begin() as connection:
            kept = connection.execute(fresh.returning(inspections.c.conversation))
            return kept.first() is not None

    def put(self, inspection: Inspection) -> None:
        """See `InspectionStore.put`."""
        held = inspections.c
        change = (
            sa.update(inspections)
            .where(held.conversation == inspection.conversation)
            .where(held.version == inspection.version - 1)
            .values(_row(inspection))
        )
        with _reachable(), self._engine.begin() as connection:
            if connection.execute(change).rowcount != 1:
                raise InspectionChanged

    def get(self, conversation: str) -> Inspection | None:
        """See `InspectionStore.get`."""
        query = sa.select(inspections.c.body).where(inspections.c.conversation == conversation)
        return next(iter(self._all(query)), None)

    def find(
        self, period: Period, *, agent: str | None = None, states: Collection[State] = ()
    ) -> list[Inspection]:
        """See `InspectionStore.find`."""
        held = inspections.c
        query = sa.select(held.body).order_by(held.closed.desc(), held.conversation.desc())
        if period.start is not None:
            query = query.where(held.closed >= to_ms(period.start))
        if period.end is not None:
            query = query.where(held.closed < to_ms(period.end))
        if agent is not None:
            query = query.where(held.agent == agent)
        if states:
            query = query.where(held.state.in_([state.value for state in states]))
        return self._all(query)

    def of_customer(self, customer_key: str) -> list[Inspection]:
        """See `InspectionStore.of_customer`."""
        held = inspections.c
        query = sa.select(held.body).where(held.customer_key == customer_key)
        return self._all(query.order_by(held.closed, held.conversation))

    def measures(self, period: Period) -> list[Measure]:
        """See `InspectionStore.measures`."""
        return [inspection.measure for inspection in self.find(period)]

    def remove(self, conversations: Collection[str]) -> int:
        """See `InspectionStore.remove`."""
        going = list(conversations)
        with _reachable(), self._engine.begin() as connection:
            return sum(
                connection.execute(
                    sa.delete(inspections).where(
                        inspections.c.conversation.in_(going[first : first + _CHUNK])
                    )
                ).rowcount
                for first in range(0, len(going), _CHUNK)
            )

    def _all(self, query: sa.Select[Any]) -> list[Inspection]:
        with _reachable(), self._engine.connect() as connection:
            return [_BODY.validate_json(body) for body in connection.scalars(query)]


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn whatever the database raises into `QualityUnavailable`."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise QualityUnavailable from error


def _row(inspection: Inspection) -> dict[str, Any]:
    return {
        "conversation": inspection.conversation,
        "customer_key": inspection.customer_key,
        "agent": inspection.agent,
        "closed": to_ms(inspection.closed),
        "state": inspection.state.value,
        "version": inspection.version,
        "body": _BODY.dump_json(inspection).decode(),
    }
