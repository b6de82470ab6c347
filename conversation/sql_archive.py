"""The archive in SQL: SQLite (WAL) or PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from conversation import codec
from conversation.archive import Archived, Period, Question, Quoted, Summary
from conversation.archive_tables import CONVERSATIONS, MESSAGES, RESTRICTED, SOURCES, metadata
from conversation.conversation import Customer, split_id
from conversation.errors import ArchiveUnavailable
from conversation.message import Message
from conversation.outcome import Outcome
from conversation.turn import Route


class SqlArchive:
    """`Archive` in the tables above; any number of threads and processes may share them."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert
        # Not LIKE: SQLite's takes capitals for small letters.
        self._place = sa.func.strpos if postgres else sa.func.instr

    def create(self) -> None:
        """Create the tables where they are missing."""
        with reachable():
            metadata.create_all(self._engine)

    def put(self, archived: Archived) -> None:
        """See `Archive.put`."""
        messages, sources = _rows(archived)
        head = _head(archived)
        upsert = self._insert(CONVERSATIONS).values(head)
        with reachable(), self._engine.begin() as connection:
            # First of all this row: whoever archives the same one waits here for the other.
            connection.execute(upsert.on_conflict_do_update(index_elements=["id"], set_=head))
            for table in (MESSAGES, SOURCES):
                connection.execute(sa.delete(table).where(table.c.conversation == archived.id))
            if messages:
                connection.execute(sa.insert(MESSAGES), messages)
            if sources:
                connection.execute(sa.insert(SOURCES), sources)

    def get(self, conversation_id: str) -> Archived | None:
        """See `Archive.get`."""
        with reachable(), self._engine.connect() as connection:
            return read(connection, conversation_id, _open(CONVERSATIONS.c.id))

    def of_customer(self, customer_key: str, limit: int = 20) -> list[Summary]:
        """See `Archive.of_customer`."""
        query = (
            sa.select(CONVERSATIONS)
            .where(CONVERSATIONS.c.customer_key == customer_key, _open(CONVERSATIONS.c.id))
            .order_by(CONVERSATIONS.c.number.desc())
        )
        return [_summary(row) for row in self._all(query.limit(limit))]

    def search(
        self, period: Period, *, channel: str = "", text: str = "", limit: int = 100, skip: int = 0
    ) -> list[Summary]:
        """See `Archive.search`."""
        query = (
            sa.select(CONVERSATIONS)
            .where(_open(CONVERSATIONS.c.id))
            .order_by(CONVERSATIONS.c.closed.desc(), CONVERSATIONS.c.id.desc())
        )
        if period.start is not None:
            query = query.where(CONVERSATIONS.c.closed >= to_ms(period.start))
        if period.end is not None:
            query = query.where(CONVERSATIONS.c.closed < to_ms(period.end))
        if channel:
            query = query.where(CONVERSATIONS.c.channel == channel)
        if text:
            said = sa.select(MESSAGES.c.position).where(
                MESSAGES.c.conversation == CONVERSATIONS.c.id,
                self._place(MESSAGES.c.text, text) > 0,
            )
            query = query.where(said.exists())
        return [_summary(row) for row in self._all(query.limit(limit).offset(skip))]

    def questions(
        self, since: datetime, outcomes: Collection[Outcome] = (), limit: int = 5000
    ) -> Iterator[Question]:
        """See `Archive.questions`."""
        wanted = [outcome.value for outcome in outcomes or Outcome]
        query = (
            sa.select(MESSAGES)
            .where(
                MESSAGES.c.outcome.in_(wanted),
                MESSAGES.c.at >= to_ms(since),
                _open(MESSAGES.c.conversation),
            )
            .order_by(MESSAGES.c.at.desc(), MESSAGES.c.conversation.desc(), MESSAGES.c.id.desc())
        )
        for row in self._all(query.limit(limit)):
            yield Question(
                row.conversation,
                row.id,
                row.text,
                of_ms(row.at),
                Outcome(row.outcome),
                Route(row.route) if row.route else None,
                row.intent,
                row.confidence,
            )

    def quoted(self, article: str, revisions: Collection[str] = ()) -> list[Quoted]:
        """See `Archive.quoted`."""
        query = (
            sa.select(SOURCES.c.message, SOURCES.c.at, SOURCES.c.revision, CONVERSATIONS)
            .join(CONVERSATIONS, CONVERSATIONS.c.id == SOURCES.c.conversation)
            .where(SOURCES.c.article == article, _open(CONVERSATIONS.c.id))
            .order_by(SOURCES.c.at.desc(), SOURCES.c.conversation.desc())
        )
        if revisions:
            query = query.where(SOURCES.c.revision.in_(list(revisions)))
        return [
            Quoted(row.id, _customer(row), row.message, of_ms(row.at), article, row.revision)
            for row in self._all(query)
        ]

    def _all(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        with reachable(), self._engine.connect() as connection:
            return list(connection.execute(query))


@contextmanager
def reachable() -> Iterator[None]:
    """Turn whatever the database raises into `ArchiveUnavailable`."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise ArchiveUnavailable from error


def to_ms(at: datetime) -> int:
    """Return a moment as the tables carry it."""
    return int(at.timestamp() * 1000)


def of_ms(ms: int) -> datetime:
    """Return what `to_ms` was given, to the millisecond."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def read(
    connection: sa.Connection, conversation_id: str, condition: sa.ColumnElement[bool]
) -> Archived | None:
    """Return a conversation with its log when its row meets the condition."""
    head = sa.select(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation_id, condition)
    row = connection.execute(head).first()
    if row is None:
        return None
    body = (
        sa.select(MESSAGES.c.id, MESSAGES.c.text, MESSAGES.c.body)
        .where(MESSAGES.c.conversation == conversation_id)
        .order_by(MESSAGES.c.position)
    )
    held = _summary(row)
    log = tuple(_message(conversation_id, *entry) for entry in connection.execute(body).all())
    return Archived(held.id, held.customer, held.opened_at, held.closed_at, held.closed_by, log)


def _open(conversation: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Only what is not stored only."""
    return ~sa.exists().where(RESTRICTED.c.conversation == conversation)


def _head(archived: Archived) -> dict[str, Any]:
    key, number = split_id(archived.id)
    return {
        "id": archived.id,
        "customer_key": key,
        "number": number,
        "channel": archived.customer.channel,
        "customer": archived.customer.id,
        "profile": json.dumps(archived.customer.profile, ensure_ascii=False),
        "opened": to_ms(archived.opened_at),
        "closed": to_ms(archived.closed_at),
        "closed_by": archived.closed_by,
        "entries": len(archived.log),
    }


def _rows(archived: Archived) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    facts = {one.message.id: one for one in archived.turns}
    messages: list[dict[str, Any]] = []
    sources: list[dict[str, Any]] = []
    for position, entry in enumerate(archived.log):
        one = facts.get(entry.id)
        at = to_ms(entry.at)
        messages.append(
            {
                "conversation": archived.id,
                "position": position,
                "id": entry.id,
                "at": at,
                "sender": entry.sender.value,
                "kind": entry.kind.value,
                "text": entry.text,
                "route": one.route.value if one and one.route else None,
                "intent": one.intent if one else None,
                "confidence": one.confidence if one else None,
                "outcome": one.outcome.value if one else None,
                "body": codec.body_of_message(replace(entry, text="")),
            }
        )
        sources += [
            {
                "conversation": archived.id,
                "message": entry.id,
                "place": place,
                "at": at,
                "article": source.id,
                "revision": source.revision,
            }
            for place, source in enumerate(entry.sources)
        ]
    return messages, sources


def _message(conversation_id: str, entry_id: str, text: str, body: str) -> Message:
    return replace(codec.message_of_body(conversation_id, entry_id, body), text=text)


def _customer(row: sa.Row[Any]) -> Customer:
    return Customer(row.channel, row.customer, json.loads(row.profile))


def _summary(row: sa.Row[Any]) -> Summary:
    return Summary(
        row.id,
        _customer(row),
        of_ms(row.opened),
        of_ms(row.closed),
        row.closed_by,
        row.entries,
    )
