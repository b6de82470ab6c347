"""The account store's contract, for the double and for SQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from handoff.accounts import Account, AccountStore, LoginPolicy, Role
from handoff.errors import LoginTaken, UnknownAccount
from handoff.memory_accounts import MemoryAccounts
from handoff.qualifications import Qualification
from handoff.sql_accounts import SqlAccounts, metadata

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
POLICY = LoginPolicy(failures=3, lock_for=timedelta(minutes=10))
PASSED = frozenset({Qualification("fund", date(2027, 6, 30))})
ROLES = frozenset({Role.AGENT, Role.EDITOR})
ZHOU = Account("zhou", "周晓", ROLES, frozenset({"general"}), 3, qualifications=PASSED)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AccountStore]:
    """Yield an empty store of each make."""
    if request.param == "memory":
        yield MemoryAccounts()
        return
    url = f"sqlite:///{tmp_path / 'accounts.db'}"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgresql_server"))
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    yield SqlAccounts(engine)
    engine.dispose()


def test_what_was_added_is_found(store: AccountStore) -> None:
    assert store.get("zhou") is None
    store.add(ZHOU, "hash")
    assert store.get("zhou") == (ZHOU, "hash")
    with pytest.raises(LoginTaken):
        store.add(ZHOU, "other")
    assert store.get("zhou") == (ZHOU, "hash")


def test_a_change_keeps_the_hash_unless_one_is_given(store: AccountStore) -> None:
    store.add(ZHOU, "hash")
    changed = replace(ZHOU, disabled=True, generation=2, groups=frozenset({"fraud"}))
    store.put(changed)
    assert store.get("zhou") == (changed, "hash")
    store.put(changed, "better")
    assert store.get("zhou") == (changed, "better")
    with pytest.raises(UnknownAccount):
        store.put(replace(ZHOU, login="nobody"))


def test_all_are_listed_by_login(store: AccountStore) -> None:
    store.add(ZHOU, "hash")
    store.add(replace(ZHOU, login="an"), "hash")
    assert [account.login for account in store.all()] == ["an", "zhou"]


def test_attempts_are_counted_and_forgiven(store: AccountStore) -> None:
    later = NOON + timedelta(minutes=1)
    assert store.attempt("zhou", NOON, POLICY).count == 1
    assert store.attempt("zhou", later, POLICY).last == later
    assert store.attempt("lin", later, POLICY).count == 1
    store.forgive("zhou")
    assert store.attempt("zhou", later, POLICY).count == 1


def test_knocking_at_a_locked_login_does_not_prolong_the_lock(store: AccountStore) -> None:
    for minute in range(3):
        store.attempt("zhou", NOON + timedelta(minutes=minute), POLICY)
    locked = store.attempt("zhou", NOON + timedelta(minutes=9), POLICY)
    assert (locked.count, locked.last) == (4, NOON + timedelta(minutes=2))
    over = NOON + timedelta(minutes=12)
    anew = store.attempt("zhou", over, POLICY)
    assert (anew.count, anew.last) == (1, over)


def test_attempts_at_once_are_all_counted(store: AccountStore) -> None:
    with ThreadPoolExecutor(4) as threads:
        counts = threads.map(lambda _: store.attempt("zhou", NOON, POLICY).count, range(12))
    assert sorted(counts) == list(range(1, 13))
