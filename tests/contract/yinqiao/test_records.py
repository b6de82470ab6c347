"""The records' migrations: they make what the rooms describe, once, and keep what is there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from compliance.audit_store import AuditStore
from handoff.accounts import Accounts, Role
from handoff.sql_accounts import SqlAccounts
from handoff.sql_accounts import metadata as accounts_tables
from yinqiao.migrations.tables import METADATA
from yinqiao.records import upgrade

ROOT = Path(__file__).parents[3]
UPGRADER = """
import sys
import sqlalchemy as sa
from yinqiao.records import upgrade

url = sys.argv[1]
options = {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {}
upgrade(sa.create_engine(url, **options))
"""
SQLITE_SHAPE = "SELECT type, name, sql FROM sqlite_master WHERE name != 'alembic_version'"
POSTGRESQL_SHAPES = (
    (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,"
        " column_default FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
    ),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of each make."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / '100% records.db'}"
    return str(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url)
    emptied(engine)
    yield engine
    engine.dispose()


def emptied(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            return
        tables = sa.MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)


def described() -> sa.MetaData:
    """Return the tables of all rooms as one."""
    merged = sa.MetaData()
    for tables in METADATA:
        for table in tables.sorted_tables:
            table.to_metadata(merged)
    return merged


def shape(engine: sa.Engine) -> set[tuple[str, ...]]:
    """Return what the database itself says of its tables, indexes and constraints."""
    queries = (SQLITE_SHAPE,) if engine.dialect.name == "sqlite" else POSTGRESQL_SHAPES
    with engine.connect() as connection:
        rows = [tuple(row) for query in queries for row in connection.exec_driver_sql(query)]
    found = {tuple(" ".join(str(part).split()) for part in row) for row in rows}
    return {row for row in found if "alembic_version" not in " ".join(row)}


def version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    return ScriptDirectory(str(ROOT / "yinqiao" / "migrations")).get_current_head()


def test_a_migrated_database_is_what_the_rooms_describe(engine: sa.Engine) -> None:
    upgrade(engine)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, described()) == []
    migrated = shape(engine)
    emptied(engine)
    for tables in METADATA:
        tables.create_all(engine)
    assert migrated == shape(engine)


def test_upgrading_again_changes_nothing(engine: sa.Engine) -> None:
    upgrade(engine)
    before = shape(engine)
    upgrade(engine)
    assert shape(engine) == before
    assert version(engine) == head()


def test_databases_from_before_the_migrations_keep_what_they_have(engine: sa.Engine) -> None:
    accounts_tables.create_all(engine)
    AuditStore(engine).create()
    password = "a-long-password-1"
    Accounts(SqlAccounts(engine)).create("zhou", "周编辑", password, (Role.EDITOR,), groups=())
    upgrade(engine)
    assert [account.login for account in SqlAccounts(engine).all()] == ["zhou"]
    assert version(engine) == head()
    kept = shape(engine)
    emptied(engine)
    upgrade(engine)
    assert shape(engine) == kept


def test_a_step_that_fails_leaves_nothing_behind(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW catalogue_comments AS SELECT 1 AS id")
    before = shape(engine)
    with pytest.raises(DBAPIError):
        upgrade(engine)
    assert shape(engine) == before
    assert version(engine) is None
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW catalogue_comments")
    upgrade(engine)
    assert version(engine) == head()


def test_processes_that_start_at_once_take_turns(engine: sa.Engine, url: str) -> None:
    upgraders = [
        subprocess.Popen([sys.executable, "-c", UPGRADER, url], cwd=ROOT) for _ in range(3)
    ]
    assert [upgrader.wait(timeout=120) for upgrader in upgraders] == [0, 0, 0]
    assert version(engine) == head()
