"""The contract of `Holds`, in memory and in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from compliance.rights.errors import RightsUnavailable
from compliance.rights.holds import Hold, Holding, Holds
from compliance.rights.memory_holds import MemoryHolds
from compliance.rights.sql_holds import SqlHolds, metadata

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
KEY = "0123456789abcdef"
LATER = Hold(KEY, "wang", "诉讼", AT + timedelta(days=1))
EARLIER = Hold("fedcba9876543210-2", "li", "取证", AT)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def holds(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Holds]:
    if request.param == "memory":
        yield MemoryHolds()
        return
    sqlite = request.param == "sqlite"
    url = (
        f"sqlite:///{tmp_path / 'holds.db'}"
        if sqlite
        else request.getfixturevalue("postgresql_server")
    )
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    made = SqlHolds(engine)
    made.create()
    yield made
    engine.dispose()


def test_the_first_hold_on_a_subject_stays_until_it_is_released(holds: Holds) -> None:
    assert holds.all() == []
    assert holds.place(LATER) == LATER
    assert holds.place(Hold(KEY, "li", "别的", AT)) == LATER
    assert holds.place(EARLIER) == EARLIER
    assert holds.all() == [EARLIER, LATER]
    holds.release(KEY)
    holds.release(KEY)
    assert holds.all() == [EARLIER]


def test_what_a_hold_covers() -> None:
    holding = Holding.of([LATER, EARLIER])
    assert holding.covers(f"{KEY}-7")
    assert holding.covers(EARLIER.subject)
    assert not holding.covers("fedcba9876543210-22")


def test_a_database_that_is_away_is_told_as_such() -> None:
    with pytest.raises(RightsUnavailable):
        SqlHolds(sa.create_engine("sqlite:////nowhere/at/all.db")).all()
