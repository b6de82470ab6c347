"""Complaint tickets with their events, tasks that follow, and what customers thought."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from yinqiao.migrations.missing import make_missing

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables that are missing."""
    make_missing(
        {
            "tickets": _tickets,
            "ticket_events": _ticket_events,
            "ticket_conversations": _ticket_conversations,
            "ticket_serials": _ticket_serials,
            "tasks": _tasks,
            "surveys": _surveys,
        }
    )


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.String(20), primary_key=True),
        sa.Column("customer_key", sa.String(16), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("handler", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("audited", sa.Integer, nullable=False),
    )
    op.create_index("tickets_customer", "tickets", ["customer_key"])
    op.create_index("tickets_status", "tickets", ["status", "number"])


def _ticket_events() -> None:
    op.create_table(
        "ticket_events",
        sa.Column("number", sa.String(20), sa.ForeignKey("tickets.number"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )


def _ticket_conversations() -> None:
    op.create_table(
        "ticket_conversations",
        sa.Column("conversation", sa.String(40), primary_key=True),
        sa.Column("number", sa.String(20), sa.ForeignKey("tickets.number"), nullable=False),
    )
    op.create_index("ticket_conversations_number", "ticket_conversations", ["number"])


def _ticket_serials() -> None:
    op.create_table(
        "ticket_serials",
        sa.Column("day", sa.String(8), primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
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
    )
    op.create_index("tasks_state", "tasks", ["state", "due"])
    op.create_index("tasks_customer", "tasks", ["customer_key"])


def _surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("conversation", sa.String(40), primary_key=True),
        sa.Column("customer_key", sa.String(16), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_index("surveys_customer", "surveys", ["customer_key"])
    op.create_index("surveys_at", "surveys", ["at"])
