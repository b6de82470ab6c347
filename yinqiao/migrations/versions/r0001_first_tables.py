"""The audit chain, staff accounts and the catalogue.

Databases from before there were migrations have some of these tables already, of this very shape:
they keep them and get what is missing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from yinqiao.migrations.missing import make_missing

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables that are missing."""
    make_missing(
        {
            "audit": _audit,
            "audit_head": _audit_head,
            "accounts": _accounts,
            "login_attempts": _login_attempts,
            "catalogue_revisions": _catalogue_revisions,
            "catalogue_comments": _catalogue_comments,
            "catalogue_publications": _catalogue_publications,
        }
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("subject", "key", name="audit_subject_key"),
    )
    op.create_index("audit_kind_at", "audit", ["kind", "at"])


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("login", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("groups", sa.Text, nullable=False),
        sa.Column("load_limit", sa.Integer, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
    )


def _login_attempts() -> None:
    op.create_table(
        "login_attempts",
        sa.Column("login", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_login_attempts_last", "login_attempts", ["last"])


def _catalogue_revisions() -> None:
    op.create_table(
        "catalogue_revisions",
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
    for name, condition in (
        ("catalogue_one_working", "state IN ('approved', 'draft', 'review')"),
        ("catalogue_one_published", "state = 'published'"),
    ):
        op.create_index(
            name,
            "catalogue_revisions",
            ["kind", "item"],
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )


def _catalogue_comments() -> None:
    op.create_table(
        "catalogue_comments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("item", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("field", sa.String(80), nullable=False),
    )
    op.create_index("catalogue_comments_item", "catalogue_comments", ["kind", "item"])


def _catalogue_publications() -> None:
    op.create_table(
        "catalogue_publications",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("snapshot", sa.String(200), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("articles", sa.Integer, nullable=False),
        sa.Column("changed", sa.Text, nullable=False),
        sa.Column("override", sa.Text, nullable=False),
        sa.Column("worse", sa.Text, nullable=False),
        sa.Column("rolled_back", sa.Boolean, nullable=False),
        sa.Column("contents", sa.Text, nullable=False),
    )
    op.create_index("catalogue_publications_snapshot", "catalogue_publications", ["snapshot"])
