"""The contract of `Copies`, in memory and in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from compliance.vault.copies import Copies, Copy
from compliance.vault.errors import VaultUnavailable
from compliance.vault.memory_copies import MemoryCopies
from compliance.vault.sql_copies import SqlCopies, metadata

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
KEY, OTHER = "0123456789abcdef", "fedcba9876543210"
PHONE = Copy(f"{KEY}-1", "1762000000000-0", 3, "phone", AT, "sealed-1")
NAME = Copy(f"{KEY}-1", "1762000000000-0", 20, "name", AT, "sealed-2")
LATER = Copy(f"{KEY}-2", "1762000000001-0", 0, "card", AT + timedelta(days=2), "sealed-3")
THEIRS = Copy(f"{OTHER}-1", "1762000000000-0", 3, "phone", AT + timedelta(days=1), "sealed-4")
ALL = [PHONE, NAME, LATER, THEIRS]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copies]:
    if request.param == "memory":
        yield MemoryCopies()
        return
    sqlite = request.param == "sqlite"
    url = (
        f"sqlite:///{tmp_path / 'copies.db'}"
        if sqlite
        else request.getfixturevalue("postgresql_server")
    )
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    made = SqlCopies(engine)
    made.create()
    yield made
    engine.dispose()


def test_they_are_found_by_conversation_customer_and_age(copies: Copies) -> None:
    copies.keep([])
    assert copies.all() == []
    copies.keep([NAME, THEIRS, LATER, PHONE])
    assert copies.all() == ALL
    assert copies.of(f"{KEY}-1") == [PHONE, NAME]
    assert copies.of_customer(KEY) == [PHONE, NAME, LATER]
    assert copies.before(AT + timedelta(days=1)) == [PHONE, NAME]


def test_the_first_copy_of_a_place_stays(copies: Copies) -> None:
    copies.keep([PHONE])
    copies.keep([replace(PHONE, sealed="another"), NAME])
    assert copies.all() == [PHONE, NAME]


def test_only_what_is_there_is_sealed_anew(copies: Copies) -> None:
    copies.keep([PHONE, NAME])
    copies.delete([NAME])
    copies.reseal([replace(PHONE, sealed="new"), replace(NAME, sealed="new")])
    assert copies.all() == [replace(PHONE, sealed="new")]


def test_what_is_deleted_is_gone_and_may_be_deleted_again(copies: Copies) -> None:
    copies.keep(ALL)
    copies.delete([NAME, LATER])
    copies.delete([LATER])
    assert copies.all() == [PHONE, THEIRS]


def test_a_database_that_is_away_is_told_as_such() -> None:
    with pytest.raises(VaultUnavailable):
        SqlCopies(sa.create_engine("sqlite:////nowhere/at/all.db")).all()
