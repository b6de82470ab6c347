"""A PostgreSQL server of the tests' own, on a socket only, in a folder that goes."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

_DEBIAN = Path("/usr/lib/postgresql")
# A PostgreSQL server refuses to run as root.
_USER = "postgres" if os.geteuid() == 0 else None


@contextmanager
def running_postgresql() -> Iterator[sa.URL]:
    """Start a server; yields the URL of its first database. It is stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        if _USER is not None:
            shutil.chown(folder, _USER)
        data = str(Path(folder) / "data")
        _run("initdb", "-D", data, "-U", "yinqiao", "-A", "trust", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        log = str(Path(folder) / "log")
        _run("pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "-t", "120", "start")
        try:
            yield sa.make_url(f"postgresql+psycopg://yinqiao@/postgres?host={folder}")
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def new_database(server: sa.URL) -> str:
    """Return the URL of a new, empty database."""
    name = f"t{secrets.token_hex(8)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    subprocess.run(
        [_found(program), *arguments], check=True, stdout=subprocess.DEVNULL, user=_USER, cwd="/"
    )


def _found(program: str) -> str:
    """Debian keeps the server's programs, a folder a version, where no shell looks."""
    kept = sorted(_DEBIAN.glob(f"*/bin/{program}"))
    found = shutil.which(program) or (str(kept[-1]) if kept else None)
    assert found, "no PostgreSQL server is installed here: run scripts/install-postgresql"
    return found
