"""Encrypted copies in SQL: SQLite (WAL) or PostgreSQL. Moments are milliseconds since 1970."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from compliance.vault.copies import Copy
from compliance.vault.errors import VaultUnavailable
from conversation.conversation import split_id

metadata = sa.MetaData()

COPIES = sa.Table(
    "vault",
    metadata,
    sa.Column("conversation", sa.String(40), primary_key=True),
    sa.Column("message", sa.String(40), primary_key=True),
    sa.Column("start", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("customer_key", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Index("vault_customer", "customer_key"),
    sa.Index("vault_at", "at"),
)
_PLACE = (COPIES.c.conversation, COPIES.c.message, COPIES.c.start)


class SqlCopies:
    """`Copies` in the table above; any number of threads and processes may share it."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert

    def create(self) -> None:
        """Create the table where it is missing."""
        with _reachable():
            metadata.create_all(self._engine)

    def keep(self, copies: Sequence[Copy]) -> None:
        """See `Copies.keep`."""
        if not copies:
            return
        statement = self._insert(COPIES).on_conflict_do_nothing()
        with _reachable(), self._engine.begin() as connection:
            connection.execute(statement, [_values(copy) for copy in copies])

    def of(self, conversation: str) -> list[Copy]:
        """See `Copies.of`."""
        return self._where(COPIES.c.conversation == conversation)

    def of_customer(self, customer_key: str) -> list[Copy]:
        """See `Copies.of_customer`."""
        return self._where(COPIES.c.customer_key == customer_key)

    def before(self, at: datetime) -> list[Copy]:
        """See `Copies.before`."""
        return self._where(COPIES.c.at < _ms(at))

    def all(self) -> list[Copy]:
        """See `Copies.all`."""
        return self._where(sa.true())

    def reseal(self, copies: Sequence[Copy]) -> None:
        """See `Copies.reseal`."""
        with _reachable(), self._engine.begin() as connection:
            for copy in copies:
                connection.execute(sa.update(COPIES).where(_is(copy)).values(sealed=copy.sealed))

    def delete(self, copies: Collection[Copy]) -> None:
        """See `Copies.delete`."""
        with _reachable(), self._engine.begin() as connection:
            for copy in copies:
                connection.execute(sa.delete(COPIES).where(_is(copy)))

    def _where(self, wanted: sa.ColumnElement[bool]) -> list[Copy]:
        query = sa.select(COPIES).where(wanted).order_by(*_PLACE)
        with _reachable(), self._engine.connect() as connection:
            return [_copy(row) for row in connection.execute(query)]


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise VaultUnavailable from error


def _is(copy: Copy) -> sa.ColumnElement[bool]:
    values = (copy.conversation, copy.message, copy.start)
    return sa.and_(*(column == value for column, value in zip(_PLACE, values, strict=True)))


def _values(copy: Copy) -> dict[str, object]:
    return {
        "conversation": copy.conversation,
        "message": copy.message,
        "start": copy.start,
        "customer_key": split_id(copy.conversation)[0],
        "kind": copy.kind,
        "at": _ms(copy.at),
        "sealed": copy.sealed,
    }


def _copy(row: sa.Row[tuple[str, str, int, str, str, int, str]]) -> Copy:
    at = datetime.fromtimestamp(row.at / 1000, UTC)
    return Copy(row.conversation, row.message, row.start, row.kind, at, row.sealed)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
