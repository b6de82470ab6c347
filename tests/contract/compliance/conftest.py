"""The audit store on every database that it supports, for real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from compliance.audit_store import AuditStore, metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'audit.db'}"
    return str(request.getfixturevalue("postgresql_server"))


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
