"""The tables of the catalogue. Moments are ISO 8601 in UTC, lists and contents JSON."""

from __future__ import annotations

import sqlalchemy as sa

from knowledge_base.catalogue.revision import WORKING, State

metadata = sa.MetaData()

revisions = sa.Table(
    "catalogue_revisions",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("item", sa.String(200), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("authors", sa.Text, nullable=False),
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("changed", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("based_on", sa.Integer),
    sa.Column("reviewer", sa.String(64)),
    sa.Column("decided", sa.String(40)),
    sa.Column("publish_on", sa.String(10)),
    sa.Column("note", sa.Text, nullable=False),
)

_working = revisions.c.state.in_([sa.literal_column(f"'{state}'") for state in sorted(WORKING)])
_published = revisions.c.state == sa.literal_column(f"'{State.PUBLISHED}'")

sa.Index(
    "catalogue_one_working",
    revisions.c.kind,
    revisions.c.item,
    unique=True,
    sqlite_where=_working,
    postgresql_where=_working,
)
sa.Index(
    "catalogue_one_published",
    revisions.c.kind,
    revisions.c.item,
    unique=True,
    sqlite_where=_published,
    postgresql_where=_published,
)

comments = sa.Table(
    "catalogue_comments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("item", sa.String(200), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("author", sa.String(64), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("field", sa.String(80), nullable=False),
    sa.Index("catalogue_comments_item", "kind", "item"),
)

publications = sa.Table(
    "catalogue_publications",
    metadata,
    # Given by the catalogue: two publications at once cannot both follow the same one.
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("snapshot", sa.String(200), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("articles", sa.Integer, nullable=False),
    sa.Column("changed", sa.Text, nullable=False),
    sa.Column("override", sa.Text, nullable=False),
    sa.Column("worse", sa.Text, nullable=False),
    sa.Column("rolled_back", sa.Boolean, nullable=False),
    # [[kind, item, number], …]: every revision in the snapshot.
    sa.Column("contents", sa.Text, nullable=False),
    sa.Index("catalogue_publications_snapshot", "snapshot"),
)
