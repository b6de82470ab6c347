"""The archive of closed conversations, and what was decided about unanswered questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from yinqiao.migrations.missing import make_missing

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables that are missing."""
    make_missing(
        {
            "archive_conversations": _archive_conversations,
            "archive_messages": _archive_messages,
            "archive_sources": _archive_sources,
            "unanswered_marks": _unanswered_marks,
            "unanswered_proposals": _unanswered_proposals,
        }
    )


def _archive_conversations() -> None:
    op.create_table(
        "archive_conversations",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("customer_key", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("customer", sa.String(400), nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("opened", sa.BigInteger, nullable=False),
        sa.Column("closed", sa.BigInteger, nullable=False),
        sa.Column("closed_by", sa.String(200), nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
    )
    name = "archive_conversations_customer"
    op.create_index(name, "archive_conversations", ["customer_key", "number"])
    op.create_index("archive_conversations_closed", "archive_conversations", ["closed"])


def _archive_messages() -> None:
    op.create_table(
        "archive_messages",
        _conversation(),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("sender", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("route", sa.String(20)),
        sa.Column("intent", sa.String(80)),
        sa.Column("confidence", sa.Float),
        sa.Column("outcome", sa.String(20)),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("archive_messages_outcome", "archive_messages", ["outcome", "at"])


def _archive_sources() -> None:
    op.create_table(
        "archive_sources",
        _conversation(),
        sa.Column("message", sa.String(40), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("revision", sa.String(40), nullable=False),
    )
    op.create_index("archive_sources_article", "archive_sources", ["article", "revision"])


def _conversation() -> sa.Column[str]:
    reference = sa.ForeignKey("archive_conversations.id")
    return sa.Column("conversation", sa.String(40), reference, primary_key=True)


def _unanswered_marks() -> None:
    op.create_table(
        "unanswered_marks",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("keys", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
    )


def _unanswered_proposals() -> None:
    op.create_table(
        "unanswered_proposals",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("conversation", sa.String(40), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("article", sa.String(200), nullable=False),
    )
    op.create_index("unanswered_proposals_state", "unanswered_proposals", ["state", "at"])
