"""Encrypted copies of masked values."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from yinqiao.migrations.missing import make_missing

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table if it is missing."""
    make_missing({"vault": _vault})


def _vault() -> None:
    op.create_table(
        "vault",
        sa.Column("conversation", sa.String(40), primary_key=True),
        sa.Column("message", sa.String(40), primary_key=True),
        sa.Column("start", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("customer_key", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
    )
    op.create_index("vault_customer", "vault", ["customer_key"])
    op.create_index("vault_at", "vault", ["at"])
