"""The records' database: one synchronous engine, SQLite in WAL mode or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from yinqiao.settings import Settings

_BUSY_MS = 10_000


def open_records(settings: Settings) -> sa.Engine:
    """Return the engine; a SQLite file's folder is made when it is missing."""
    url = sa.make_url(settings.records_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: object, _: object) -> None:
    """Let readers and one writer work side by side, and wait for each other."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    cursor.close()
