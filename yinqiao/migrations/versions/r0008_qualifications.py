"""Qualifications of the staff, with their last valid days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column when it is missing."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("accounts")}
    if "qualifications" not in there:
        op.add_column(
            "accounts",
            sa.Column("qualifications", sa.Text, nullable=False, server_default="{}"),
        )
