"""`UnansweredStore` in SQL: SQLite (WAL) or PostgreSQL. Moments are ISO 8601 in UTC."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from knowledge_base.unanswered.errors import (
    ProposalDecided,
    UnansweredUnavailable,
    UnknownProposal,
)
from knowledge_base.unanswered.marks import Mark, Status
from knowledge_base.unanswered.proposals import Proposal, ProposalState

metadata = sa.MetaData()

marks = sa.Table(
    "unanswered_marks",
    metadata,
    sa.Column("id", sa.String(12), primary_key=True),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("keys", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("article", sa.String(200), nullable=False),
)
proposals = sa.Table(
    "unanswered_proposals",
    metadata,
    sa.Column("id", sa.String(12), primary_key=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("conversation", sa.String(40), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("decided_by", sa.String(64), nullable=False),
    sa.Column("article", sa.String(200), nullable=False),
    sa.Index("unanswered_proposals_state", "state", "at"),
)


class SqlUnanswered:
    """Marks and proposals in the tables above; a migration or `create` makes them."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine
        postgres = engine.dialect.name == "postgresql"
        self._insert = postgresql.insert if postgres else sqlite.insert

    def create(self) -> None:
        """Create the tables where they are missing."""
        with _reachable():
            metadata.create_all(self._engine)

    def marks(self) -> list[Mark]:
        """See `UnansweredStore.marks`."""
        query = sa.select(marks).order_by(marks.c.at, marks.c.id)
        with _reachable(), self._engine.connect() as connection:
            return [_mark(row) for row in connection.execute(query).mappings()]

    def put_mark(self, mark: Mark) -> None:
        """See `UnansweredStore.put_mark`."""
        values = {
            "id": mark.id,
            "status": mark.status.value,
            "by": mark.by,
            "at": _text(mark.at),
            "keys": json.dumps(sorted(mark.keys)),
            "note": mark.note,
            "article": mark.article,
        }
        upsert = self._insert(marks).values(values)
        with _reachable(), self._engine.begin() as connection:
            connection.execute(upsert.on_conflict_do_update(index_elements=["id"], set_=values))

    def drop_mark(self, cluster_id: str) -> None:
        """See `UnansweredStore.drop_mark`."""
        with _reachable(), self._engine.begin() as connection:
            connection.execute(sa.delete(marks).where(marks.c.id == cluster_id))

    def propose(self, proposal: Proposal) -> Proposal:
        """See `UnansweredStore.propose`."""
        kept = replace(proposal, id=uuid.uuid4().hex[:12])
        values = {
            "id": kept.id,
            "question": kept.question,
            "answer": kept.answer,
            "by": kept.by,
            "conversation": kept.conversation_id,
            "at": _text(kept.at),
            "state": kept.state.value,
            "decided_by": kept.decided_by,
            "article": kept.article,
        }
        with _reachable(), self._engine.begin() as connection:
            connection.execute(sa.insert(proposals).values(values))
        return kept

    def proposal(self, proposal_id: str) -> Proposal:
        """See `UnansweredStore.proposal`."""
        query = sa.select(proposals).where(proposals.c.id == proposal_id)
        with _reachable(), self._engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise UnknownProposal
        return _proposal(row)

    def proposals(self, state: ProposalState | None = ProposalState.OPEN) -> list[Proposal]:
        """See `UnansweredStore.proposals`."""
        query = sa.select(proposals).order_by(proposals.c.at.desc(), proposals.c.id.desc())
        if state is not None:
            query = query.where(proposals.c.state == state.value)
        with _reachable(), self._engine.connect() as connection:
            return [_proposal(row) for row in connection.execute(query).mappings()]

    def drop_proposals(self, proposal_ids: Collection[str]) -> None:
        """See `UnansweredStore.drop_proposals`."""
        with _reachable(), self._engine.begin() as connection:
            for one in proposal_ids:
                connection.execute(sa.delete(proposals).where(proposals.c.id == one))

    def decide(self, proposal_id: str, state: ProposalState, by: str, article: str = "") -> None:
        """See `UnansweredStore.decide`."""
        change = (
            sa.update(proposals)
            .where(proposals.c.id == proposal_id, proposals.c.state == ProposalState.OPEN.value)
            .values(state=state.value, decided_by=by, article=article)
        )
        with _reachable(), self._engine.begin() as connection:
            changed = connection.execute(change).rowcount
        if not changed:
            self.proposal(proposal_id)
            raise ProposalDecided


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise UnansweredUnavailable from error


def _text(at: datetime) -> str:
    # One zone and one length: so the texts sort as the moments do.
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _mark(row: sa.RowMapping) -> Mark:
    return Mark(
        row["id"],
        Status(row["status"]),
        row["by"],
        datetime.fromisoformat(row["at"]),
        frozenset(json.loads(row["keys"])),
        row["note"],
        row["article"],
    )


def _proposal(row: sa.RowMapping) -> Proposal:
    values: dict[str, Any] = dict(row)
    return Proposal(
        values["question"],
        values["answer"],
        values["by"],
        values["conversation"],
        datetime.fromisoformat(values["at"]),
        values["id"],
        ProposalState(values["state"]),
        values["decided_by"],
        values["article"],
    )
