"""The tables of tickets and of what follows them. Moments are ISO 8601 in UTC."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# What is looked up by; everything else is folded from the events.
tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("number", sa.String(20), primary_key=True),
    sa.Column("customer_key", sa.String(16), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("handler", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("audited", sa.Integer, nullable=False),
    sa.Index("tickets_customer", "customer_key"),
    sa.Index("tickets_status", "status", "number"),
)
ticket_events = sa.Table(
    "ticket_events",
    metadata,
    sa.Column("number", sa.String(20), sa.ForeignKey("tickets.number"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
)
ticket_conversations = sa.Table(
    "ticket_conversations",
    metadata,
    sa.Column("conversation", sa.String(40), primary_key=True),
    sa.Column("number", sa.String(20), sa.ForeignKey("tickets.number"), nullable=False),
    sa.Index("ticket_conversations_number", "number"),
)
ticket_serials = sa.Table(
    "ticket_serials",
    metadata,
    sa.Column("day", sa.String(8), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("origin", sa.String(100), nullable=False, unique=True),
    sa.Column("subject", sa.String(40), nullable=False),
    sa.Column("customer_key", sa.String(16), nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("due", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("done_by", sa.String(64), nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("verified_by", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("tasks_state", "state", "due"),
    sa.Index("tasks_customer", "customer_key"),
)
surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("conversation", sa.String(40), primary_key=True),
    sa.Column("customer_key", sa.String(16), nullable=False),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Index("surveys_customer", "customer_key"),
    sa.Index("surveys_at", "at"),
)
