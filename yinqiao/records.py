"""The records' database: one synchronous engine, SQLite in WAL mode or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event

from yinqiao.settings import Settings

_BUSY_MS = 10_000
_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that nothing else in the database locks.
_LOCK = 0x59514D47


def open_records(settings: Settings) -> sa.Engine:
    """Return the engine, the tables in their present shape."""
    engine = connect_records(settings)
    upgrade(engine)
    return engine


def connect_records(settings: Settings) -> sa.Engine:
    """Return the engine as it is; a SQLite file's folder is made when it is missing."""
    url = sa.make_url(settings.records_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def upgrade(engine: sa.Engine, to: str = "head") -> None:
    """Bring the records' tables to their present shape, or to a revision's; what is there stays.

    Processes that start at once take turns. A step that fails leaves the database as it was.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with _alone(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Hold the only transaction that migrates, over all processes."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection
        return
    # The driver begins no transaction by itself before tables are made or altered.
    with engine.connect() as shared:
        connection = shared.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def _tune_sqlite(connection: object, _: object) -> None:
    """Let readers and one writer work side by side, and wait for each other."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    cursor.close()
