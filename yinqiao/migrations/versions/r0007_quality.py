"""Inspections of closed conversations, with what is counted of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from yinqiao.migrations.missing import make_missing

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table when it is missing."""
    make_missing({"inspections": _inspections})


def _inspections() -> None:
    op.create_table(
        "inspections",
        sa.Column("conversation", sa.String(40), primary_key=True),
        sa.Column("customer_key", sa.String(16), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("closed", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("inspections_closed", "inspections", ["closed"])
    op.create_index("inspections_agent", "inspections", ["agent", "closed"])
    op.create_index("inspections_customer", "inspections", ["customer_key"])
