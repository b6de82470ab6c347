"""The contract of `UnansweredStore`, in memory and in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from knowledge_base.unanswered.errors import (
    ProposalDecided,
    UnansweredUnavailable,
    UnknownProposal,
)
from knowledge_base.unanswered.marks import Mark, Status
from knowledge_base.unanswered.memory_store import MemoryUnanswered
from knowledge_base.unanswered.proposals import Proposal, ProposalState
from knowledge_base.unanswered.sql_store import SqlUnanswered, metadata
from knowledge_base.unanswered.store import UnansweredStore

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
MARK = Mark("a1b2c3", Status.DONE, "lin", AT, frozenset({"k1", "k2"}), "已写", "lottery")
PROPOSAL = Proposal("能买彩票吗", "本行不销售彩票。", "wang", "c-1", AT)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[UnansweredStore]:
    if request.param == "memory":
        yield MemoryUnanswered()
        return
    url = (
        f"sqlite:///{tmp_path / 'records.db'}"
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgresql_server"))
    )
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    made = SqlUnanswered(engine)
    made.create()
    yield made
    engine.dispose()


def test_a_mark_is_kept_replaced_and_dropped(store: UnansweredStore) -> None:
    store.put_mark(MARK)
    earlier = replace(MARK, id="other", at=AT - timedelta(days=1), keys=frozenset())
    store.put_mark(earlier)
    assert store.marks() == [earlier, MARK]
    again = replace(MARK, status=Status.DISMISSED, keys=frozenset({"k3"}), note="", article="")
    store.put_mark(again)
    assert store.marks() == [earlier, again]
    store.drop_mark("other")
    store.drop_mark("other")
    assert store.marks() == [again]


def test_moments_of_any_zone_sort_as_they_are(store: UnansweredStore) -> None:
    beijing = timezone(timedelta(hours=8))
    first = replace(MARK, id="first", at=AT)
    second = replace(MARK, id="second", at=(AT + timedelta(microseconds=1)).astimezone(beijing))
    store.put_mark(second)
    store.put_mark(first)
    assert store.marks() == [first, second]


def test_a_proposal_is_listed_until_it_is_decided(store: UnansweredStore) -> None:
    first = store.propose(PROPOSAL)
    second = store.propose(replace(PROPOSAL, at=AT + timedelta(hours=1)))
    assert first == replace(PROPOSAL, id=first.id)
    assert first.id
    assert store.proposals() == [second, first]
    store.decide(first.id, ProposalState.TAKEN, "lin", "lottery")
    taken = replace(first, state=ProposalState.TAKEN, decided_by="lin", article="lottery")
    assert store.proposal(first.id) == taken
    assert store.proposals() == [second]
    assert store.proposals(ProposalState.TAKEN) == [taken]
    assert store.proposals(None) == [second, taken]


def test_a_proposal_is_decided_once(store: UnansweredStore) -> None:
    held = store.propose(PROPOSAL)

    def decide(login: str) -> bool:
        try:
            store.decide(held.id, ProposalState.DISMISSED, login)
        except ProposalDecided:
            return False
        return True

    logins = [f"user{number}" for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(decide, logins))
    assert sum(won) == 1
    assert store.proposal(held.id).decided_by == logins[won.index(True)]


def test_an_unknown_proposal_is_told(store: UnansweredStore) -> None:
    with pytest.raises(UnknownProposal):
        store.proposal("none")
    with pytest.raises(UnknownProposal):
        store.decide("none", ProposalState.TAKEN, "lin")


def test_a_database_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    store = SqlUnanswered(sa.create_engine(f"sqlite:///{tmp_path / 'missing' / 'records.db'}"))
    with pytest.raises(UnansweredUnavailable):
        store.marks()
    with pytest.raises(UnansweredUnavailable):
        store.propose(PROPOSAL)
