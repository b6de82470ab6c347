"""The table of inspections. `closed` is in milliseconds since 1970, as in the archive."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# What is looked up by; everything else stands in `body`, JSON.
inspections = sa.Table(
    "inspections",
    metadata,
    sa.Column("conversation", sa.String(40), primary_key=True),
    sa.Column("customer_key", sa.String(16), nullable=False),
    sa.Column("agent", sa.String(64), nullable=False),
    sa.Column("closed", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("inspections_closed", "closed"),
    sa.Index("inspections_agent", "agent", "closed"),
    sa.Index("inspections_customer", "customer_key"),
)
