"""The audit chain in SQL: SQLite (WAL) or PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from compliance.audit import (
    ALL,
    AuditEntry,
    AuditRow,
    Head,
    Report,
    Wanted,
    canonical,
    chained,
    moment_text,
    verify,
)
from compliance.errors import AuditUnavailable

metadata = sa.MetaData()

AUDIT = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(80), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("subject", "key", name="audit_subject_key"),
    sa.Index("audit_kind_at", "kind", "at"),
    sa.Index("audit_at", "at"),
)
# Its own table, so that a chain whose end was cut off does not look whole. Row 1 is the head;
# row 2, once old rows were trimmed, what stood before the first row that is left.
AUDIT_HEAD = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

# Any number that nothing else in the database locks.
_LOCK = 0x59514155
_CHUNK = 400
_HEAD, _BASE = 1, 2
TRIMMED = "audit.trimmed"
_COLUMNS = tuple(AuditRow.__dataclass_fields__)


class AuditLog(Protocol):
    """Where audit entries go. Raises `AuditUnavailable` when what is behind does not answer.

    A call that raised it may or may not have been recorded; it is safe to repeat.
    """

    def append(self, entries: Sequence[AuditEntry]) -> list[AuditRow]:
        """Append those entries that are not recorded yet, in order; return their rows."""


class AuditStore:
    """Appends to the chain and reads it; any number of threads and processes may append."""

    def __init__(self, engine: sa.Engine) -> None:
        """Use a SQLite or PostgreSQL engine; nothing is connected yet.

        A SQLite engine should wait for other writers (`busy_timeout`) and be in WAL mode.
        """
        self._engine = engine
        # Threads of one process wait here rather than in the database.
        self._turn = threading.Lock()

    def create(self) -> None:
        """Create the tables where they are missing."""
        with _reachable(), self._alone() as connection:
            metadata.create_all(connection)

    def append(self, entries: Sequence[AuditEntry]) -> list[AuditRow]:
        """See `AuditLog.append`."""
        named: dict[tuple[str, str], AuditEntry] = {}
        for entry in entries:
            named.setdefault((entry.subject, entry.key), entry)
        if not named:
            return []
        with _reachable(), self._turn, self._alone() as connection:
            known = _known(connection, list(named))
            fresh = [entry for name, entry in named.items() if name not in known]
            rows = chained(fresh, _head(connection))
            if rows:
                connection.execute(sa.insert(AUDIT), [_values(row) for row in rows])
                _set_mark(connection, _HEAD, Head(rows[-1].seq, rows[-1].hash))
        return rows

    def head(self) -> Head:
        """Return the end of the chain."""
        with _reachable(), self._engine.connect() as connection:
            return _head(connection)

    def base(self) -> Head:
        """Return what stood before the first row that is left; seq 0 while none was trimmed."""
        with _reachable(), self._engine.connect() as connection:
            return _mark(connection, _BASE)

    def rows(self, wanted: Wanted = ALL, *, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        """Return at most `limit` of the wanted rows after sequence number `after`, in order."""
        query = (
            sa.select(AUDIT)
            .where(AUDIT.c.seq > after, *_conditions(wanted))
            .order_by(AUDIT.c.seq)
            .limit(limit)
        )
        with _reachable(), self._engine.connect() as connection:
            return [AuditRow(*row) for row in connection.execute(query)]

    def verify(self, *, noted: Head | None = None, chunk: int = 1000) -> Report:
        """Recompute every link up to the present head; later appends do not disturb it.

        `noted` is a head that somebody wrote down elsewhere, such as on a printed report: the chain
        must still lead through it. This finds even a chain that was made anew as a whole.
        """
        end, last = self.head(), self.base()
        if last.seq and not self._vouched(last):
            return Report(end.seq, last.seq + 1)
        met = noted is None or noted in {Head(), last} or noted.seq < last.seq
        while last.seq < end.seq:
            rows = self.rows(after=last.seq, limit=min(chunk, end.seq - last.seq))
            broken = verify(rows, last)
            if broken is not None or not rows:
                return Report(end.seq, last.seq + (broken or 0) + 1)
            met = met or any(Head(row.seq, row.hash) == noted for row in rows)
            last = Head(rows[-1].seq, rows[-1].hash)
        if last != end:
            return Report(end.seq, max(end.seq, 1))
        if noted is not None and not met:
            return Report(end.seq, noted.seq)
        return Report(end.seq, None if self._nothing_behind(end) else end.seq + 1)

    def trim(
        self, before: datetime, *, held: Collection[str] = (), at: datetime, dry_run: bool = False
    ) -> int:
        """Remove the oldest rows, up to the first one at or after `before`; returns how many.

        Rows of the `held` subjects, and all after them, stay: a chain has no holes. What was
        removed ends in a hash that the remaining chain itself records (`audit.trimmed`).
        """
        stays = sa.select(sa.func.min(AUDIT.c.seq)).where(
            (AUDIT.c.at >= moment_text(before)) | _about(held)
        )
        with _reachable(), self._turn, self._alone() as connection:
            base, head = _mark(connection, _BASE), _head(connection)
            first = connection.execute(stays).scalar()
            last = head.seq if first is None else first - 1
            if dry_run or last <= base.seq:
                return max(last - base.seq, 0)
            cut = sa.select(AUDIT.c.hash).where(AUDIT.c.seq == last)
            mark = Head(last, connection.execute(cut).scalar_one())
            entry = AuditEntry("audit", str(last), TRIMMED, "system", at, _as_data(mark))
            [row] = chained([entry], head)
            connection.execute(sa.insert(AUDIT), _values(row))
            connection.execute(sa.delete(AUDIT).where(AUDIT.c.seq <= last))
            _set_mark(connection, _HEAD, Head(row.seq, row.hash))
            _set_mark(connection, _BASE, mark)
        return last - base.seq

    def _vouched(self, base: Head) -> bool:
        """Whether the chain itself tells that it was trimmed just there."""
        told = canonical(_as_data(base))
        return any(
            row.data == told for row in self.rows(Wanted("audit", kinds=frozenset({TRIMMED})))
        )

    def _nothing_behind(self, end: Head) -> bool:
        """Rows behind the head were put there by somebody else, unless the head moved on too."""
        behind = self.rows(after=end.seq, limit=1)
        return not behind or self.head().seq > end.seq

    @contextmanager
    def _alone(self) -> Iterator[sa.Connection]:
        """Hold the only write transaction, over all processes."""
        if self._engine.dialect.name != "sqlite":
            with self._engine.begin() as connection:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield connection
            return
        # A deferred transaction would read first and then fail to become a writer.
        with self._engine.connect() as shared:
            connection = shared.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise AuditUnavailable from error


def _known(connection: sa.Connection, names: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    known: set[tuple[str, str]] = set()
    for first in range(0, len(names), _CHUNK):
        some = sa.tuple_(AUDIT.c.subject, AUDIT.c.key).in_(names[first : first + _CHUNK])
        found = connection.execute(sa.select(AUDIT.c.subject, AUDIT.c.key).where(some))
        known |= {(row.subject, row.key) for row in found}
    return known


def _head(connection: sa.Connection) -> Head:
    return _mark(connection, _HEAD)


def _mark(connection: sa.Connection, which: int) -> Head:
    query = sa.select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash).where(AUDIT_HEAD.c.id == which)
    found = connection.execute(query).first()
    return Head(found.seq, found.hash) if found is not None else Head()


def _set_mark(connection: sa.Connection, which: int, mark: Head) -> None:
    values = _as_data(mark)
    changed = connection.execute(sa.update(AUDIT_HEAD).where(AUDIT_HEAD.c.id == which), values)
    if changed.rowcount == 0:
        connection.execute(sa.insert(AUDIT_HEAD), {"id": which, **values})


def _as_data(mark: Head) -> dict[str, Any]:
    return {"seq": mark.seq, "hash": mark.hash}


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.subject is not None:
        yield AUDIT.c.subject == wanted.subject
    if wanted.customer is not None:
        yield _about({wanted.customer})
    if wanted.kinds:
        yield AUDIT.c.kind.in_(sorted(wanted.kinds))
    # Moments are text of one zone and one length: they sort as they happened.
    if wanted.start is not None:
        yield AUDIT.c.at >= moment_text(wanted.start)
    if wanted.end is not None:
        yield AUDIT.c.at < moment_text(wanted.end)


def _about(subjects: Collection[str]) -> sa.ColumnElement[bool]:
    """Rows of these subjects; of a customer's key also those of every conversation of theirs."""
    conditions = [AUDIT.c.subject.startswith(f"{one}-", autoescape=True) for one in subjects]
    return sa.or_(AUDIT.c.subject.in_(sorted(subjects)), *conditions)


def _values(row: AuditRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS}
