"""Legal holds in SQL: SQLite (WAL) or PostgreSQL. Moments are ISO 8601 in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from compliance.audit import moment_text
from compliance.rights.errors import RightsUnavailable
from compliance.rights.holds import Hold

metadata = sa.MetaData()

# Only those in force: that one was placed and released stands in the audit chain for good.
HOLDS = sa.Table(
    "legal_holds",
    metadata,
    sa.Column("subject", sa.String(40), primary_key=True),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("since", sa.String(40), nullable=False),
)


class SqlHolds:
    """`Holds` in the table above; any number of threads and processes may share it."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert

    def create(self) -> None:
        """Create the table where it is missing."""
        with _reachable():
            metadata.create_all(self._engine)

    def all(self) -> list[Hold]:
        """See `Holds.all`."""
        query = sa.select(HOLDS).order_by(HOLDS.c.since, HOLDS.c.subject)
        with _reachable(), self._engine.connect() as connection:
            return [_hold(row) for row in connection.execute(query)]

    def place(self, hold: Hold) -> Hold:
        """See `Holds.place`."""
        values = {
            "subject": hold.subject,
            "by": hold.by,
            "why": hold.why,
            "since": moment_text(hold.since),
        }
        statement = self._insert(HOLDS).values(values).on_conflict_do_nothing()
        query = sa.select(HOLDS).where(HOLDS.c.subject == hold.subject)
        with _reachable(), self._engine.begin() as connection:
            connection.execute(statement)
            return _hold(connection.execute(query).one())

    def release(self, subject: str) -> None:
        """See `Holds.release`."""
        with _reachable(), self._engine.begin() as connection:
            connection.execute(sa.delete(HOLDS).where(HOLDS.c.subject == subject))


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise RightsUnavailable from error


def _hold(row: sa.Row[tuple[str, str, str, str]]) -> Hold:
    return Hold(row.subject, row.by, row.why, datetime.fromisoformat(row.since))
