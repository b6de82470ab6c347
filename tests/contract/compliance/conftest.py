"""The audit store on every database that it supports, for real."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from compliance.audit_store import AuditStore, metadata

# A PostgreSQL server refuses to run as root.
_SERVER_USER = "postgres" if os.geteuid() == 0 else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start one PostgreSQL server that listens on a Unix socket only; yields its URL."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        pytest.skip("no PostgreSQL server is installed here")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        if _SERVER_USER is not None:
            shutil.chown(folder, _SERVER_USER)
        data = str(Path(folder) / "data")
        _server("initdb", "-D", data, "-U", "audit", "-A", "trust", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        log = str(Path(folder) / "log")
        _server("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")
        try:
            yield f"postgresql+psycopg://audit@/postgres?host={folder}"
        finally:
            _server("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _server(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    assert found is not None
    subprocess.run(
        [found, *arguments], check=True, stdout=subprocess.DEVNULL, user=_SERVER_USER, cwd="/"
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'audit.db'}"
    return str(request.getfixturevalue("postgresql"))


@pytest.fixture
def engines() -> Iterator[Callable[[str], sa.Engine]]:
    """Return a maker of engines as a process of its own would have them."""
    made: list[sa.Engine] = []

    def make(url: str) -> sa.Engine:
        options = {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {}
        made.append(sa.create_engine(url, **options))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


@pytest.fixture
def engine(url: str, engines: Callable[[str], sa.Engine]) -> sa.Engine:
    engine = engines(url)
    metadata.drop_all(engine)
    return engine


@pytest.fixture
def store(engine: sa.Engine) -> AuditStore:
    store = AuditStore(engine)
    store.create()
    return store
