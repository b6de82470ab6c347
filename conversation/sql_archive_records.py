"""`ArchiveRecords` in SQL, on the archive's tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from conversation.archive import Archived
from conversation.archive_records import Kept
from conversation.archive_tables import CONVERSATIONS, MESSAGES, RESTRICTED, SOURCES
from conversation.sql_archive import of_ms, reachable, read, to_ms
from conversation.turn import Route

# Databases limit how many values one statement carries.
_CHUNK = 400
_COMPLAINT = sa.exists().where(
    MESSAGES.c.conversation == CONVERSATIONS.c.id, MESSAGES.c.route == Route.COMPLAINT.value
)
_RESTRICTED = sa.exists().where(RESTRICTED.c.conversation == CONVERSATIONS.c.id)


class SqlArchiveRecords:
    """What the archive holds; any number of threads and processes may share it."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert

    def of_customer(self, customer_key: str) -> list[Kept]:
        """See `ArchiveRecords.of_customer`."""
        return self._kept(CONVERSATIONS.c.customer_key == customer_key)

    def closed_before(self, at: datetime, *, complaint: bool, restricted: bool) -> list[Kept]:
        """See `ArchiveRecords.closed_before`."""
        return self._kept(
            CONVERSATIONS.c.closed < to_ms(at),
            _COMPLAINT if complaint else ~_COMPLAINT,
            _RESTRICTED if restricted else ~_RESTRICTED,
        )

    def read(self, conversation_id: str) -> Archived | None:
        """See `ArchiveRecords.read`."""
        with reachable(), self._engine.connect() as connection:
            return read(connection, conversation_id, sa.true())

    def restrict(self, conversation_ids: Collection[str], at: datetime) -> None:
        """See `ArchiveRecords.restrict`."""
        rows = [{"conversation": one, "since": to_ms(at)} for one in conversation_ids]
        if not rows:
            return
        statement = self._insert(RESTRICTED).on_conflict_do_nothing()
        with reachable(), self._engine.begin() as connection:
            connection.execute(statement, rows)

    def delete(self, conversation_ids: Collection[str]) -> None:
        """See `ArchiveRecords.delete`."""
        with reachable(), self._engine.begin() as connection:
            for some in _chunks(list(conversation_ids)):
                for table in (MESSAGES, SOURCES, RESTRICTED):
                    connection.execute(sa.delete(table).where(table.c.conversation.in_(some)))
                connection.execute(sa.delete(CONVERSATIONS).where(CONVERSATIONS.c.id.in_(some)))

    def _kept(self, *conditions: sa.ColumnElement[bool]) -> list[Kept]:
        query = (
            sa.select(
                CONVERSATIONS.c.id,
                CONVERSATIONS.c.customer_key,
                CONVERSATIONS.c.closed,
                _COMPLAINT.label("complaint"),
                _RESTRICTED.label("restricted"),
            )
            .where(*conditions)
            .order_by(CONVERSATIONS.c.closed, CONVERSATIONS.c.id)
        )
        with reachable(), self._engine.connect() as connection:
            return [
                Kept(
                    row.id,
                    row.customer_key,
                    of_ms(row.closed),
                    bool(row.complaint),
                    bool(row.restricted),
                )
                for row in connection.execute(query)
            ]


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(values), _CHUNK):
        yield values[first : first + _CHUNK]
