"""The tickets' databases: every make that is supported, for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from handoff.tickets.sql_tables import metadata


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine | None]:
    """Yield an engine with empty tables, None for the double."""
    if request.param == "memory":
        yield None
        return
    sqlite = request.param == "sqlite"
    url = (
        f"sqlite:///{tmp_path / 'records.db'}"
        if sqlite
        else str(request.getfixturevalue("postgresql_server"))
    )
    made = sa.create_engine(url, **({"connect_args": {"timeout": 30}} if sqlite else {}))
    metadata.drop_all(made)
    metadata.create_all(made)
    yield made
    made.dispose()
