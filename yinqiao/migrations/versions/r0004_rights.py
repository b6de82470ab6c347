"""Legal holds, conversations that are stored only, and the audit chain by the time of its rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from yinqiao.migrations.missing import make_missing

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables that are missing, and the index."""
    make_missing({"archive_restricted": _archive_restricted, "legal_holds": _legal_holds})
    op.create_index("audit_at", "audit", ["at"], if_not_exists=True)


def _archive_restricted() -> None:
    op.create_table(
        "archive_restricted",
        sa.Column("conversation", sa.String(40), primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
    )


def _legal_holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("subject", sa.String(40), primary_key=True),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
    )
