"""The archive's tables. Times are milliseconds since 1970, UTC."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

CONVERSATIONS = sa.Table(
    "archive_conversations",
    metadata,
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
    sa.Index("archive_conversations_customer", "customer_key", "number"),
    sa.Index("archive_conversations_closed", "closed"),
)
# One row a log entry. What a turn made of a customer message stands beside the message itself.
MESSAGES = sa.Table(
    "archive_messages",
    metadata,
    sa.Column("conversation", sa.ForeignKey(CONVERSATIONS.c.id), primary_key=True),
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
    sa.Index("archive_messages_outcome", "outcome", "at"),
)
SOURCES = sa.Table(
    "archive_sources",
    metadata,
    sa.Column("conversation", sa.ForeignKey(CONVERSATIONS.c.id), primary_key=True),
    sa.Column("message", sa.String(40), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("article", sa.String(200), nullable=False),
    sa.Column("revision", sa.String(40), nullable=False),
    sa.Index("archive_sources_article", "article", "revision"),
)
# Those that are stored only: see `conversation.archive_records`.
RESTRICTED = sa.Table(
    "archive_restricted",
    metadata,
    sa.Column("conversation", sa.String(40), primary_key=True),
    sa.Column("since", sa.BigInteger, nullable=False),
)
