"""The contract of `InspectionStore`, in memory and in SQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from conversation.archive import Archived, Period
from handoff.quality.errors import InspectionChanged, QualityUnavailable
from handoff.quality.inspection import Appeal, Inspection, Review, State
from handoff.quality.scorer import Scorer
from handoff.quality.sql_store import SqlInspections
from handoff.quality.standard import Standard
from tests.contract.handoff.quality.conftest import Shelf
from tests.unit.handoff.figures.talks import NOON, Talk, due, exemplary

HOUR = timedelta(hours=1)
SCORER = Scorer(Standard.load(), due, lambda _: ())
EARLY = exemplary("wang")
LATE = exemplary("li", "lin", NOON + HOUR)
ALONE = Talk("zhao", now=NOON + 2 * HOUR).closed()
EVER = Period()


def inspected(archived: Archived) -> Inspection:
    return SCORER.inspect(archived, NOON + 3 * HOUR)


@pytest.fixture
def full(shelf: Shelf) -> Shelf:
    """Return a shelf with three conversations, all inspected."""
    for archived in (LATE, EARLY, ALONE):
        shelf.archive.put(archived)
        assert shelf.inspections.add(inspected(archived))
    return shelf


def test_what_is_archived_waits_until_it_is_inspected(shelf: Shelf) -> None:
    for archived in (LATE, EARLY, ALONE):
        shelf.archive.put(archived)
    store = shelf.inspections
    assert store.waiting(NOON) == [EARLY.id, LATE.id, ALONE.id]
    assert store.waiting(NOON, limit=1) == [EARLY.id]
    assert store.waiting(LATE.closed_at) == [LATE.id, ALONE.id]
    store.add(inspected(LATE))
    assert store.waiting(NOON) == [EARLY.id, ALONE.id]
    shelf.archive.put(LATE)
    assert store.waiting(NOON) == [EARLY.id, ALONE.id]


def test_what_is_stored_only_is_not_inspected(shelf: Shelf) -> None:
    shelf.archive.put(EARLY)
    shelf.records.restrict([EARLY.id], NOON)
    assert shelf.inspections.waiting(NOON) == []
    assert not shelf.inspections.add(inspected(EARLY))
    assert shelf.inspections.get(EARLY.id) is None


def test_what_was_deleted_meanwhile_is_not_kept(shelf: Shelf) -> None:
    shelf.archive.put(EARLY)
    shelf.records.delete([EARLY.id])
    assert not shelf.inspections.add(inspected(EARLY))
    assert shelf.inspections.find(EVER) == []


def test_one_of_many_at_once_is_kept(shelf: Shelf) -> None:
    shelf.archive.put(EARLY)
    with ThreadPoolExecutor(4) as threads:
        kept = list(threads.map(lambda _: shelf.inspections.add(inspected(EARLY)), range(8)))
    assert sorted(kept) == [False] * 7 + [True]
    assert shelf.inspections.get(EARLY.id) == inspected(EARLY)


def test_everything_about_one_comes_back_as_it_was(full: Shelf) -> None:
    first = inspected(EARLY)
    reviewed = first.reviewed(Review("gu", NOON + 4 * HOUR, "语气生硬", {"greeting": False}))
    appeal = Appeal("zhou", NOON + 5 * HOUR, "开头问候过", ("greeting",))
    appealed = reviewed.appealed(appeal, 7)
    decided = appealed.decided("gu", NOON + 6 * HOUR, "属实", upheld=True)
    for one in (reviewed, appealed, decided):
        full.inspections.put(one)
        assert full.inspections.get(EARLY.id) == one


def test_whoever_is_second_is_told(full: Shelf) -> None:
    review = Review("gu", NOON + 4 * HOUR, "看过")
    once = inspected(EARLY).reviewed(review)
    full.inspections.put(once)
    for stale in (once, once.reviewed(review).reviewed(review)):
        with pytest.raises(InspectionChanged):
            full.inspections.put(stale)
    with pytest.raises(InspectionChanged):
        full.inspections.put(inspected(exemplary("nobody")).reviewed(review))


def test_they_are_found_by_period_agent_and_state(full: Shelf) -> None:
    store = full.inspections
    assert [one.conversation for one in store.find(EVER)] == [ALONE.id, LATE.id, EARLY.id]
    period = Period(EARLY.closed_at, LATE.closed_at)
    assert [one.conversation for one in store.find(period)] == [EARLY.id]
    assert [one.conversation for one in store.find(EVER, agent="lin")] == [LATE.id]
    assert [one.conversation for one in store.find(EVER, agent="")] == [ALONE.id]
    store.put(inspected(LATE).reviewed(Review("gu", NOON, "看过")))
    assert [one.conversation for one in store.find(EVER, states=[State.REVIEWED])] == [LATE.id]
    assert [one.measure for one in store.find(EVER)] == store.measures(EVER)


def test_a_customer_s_are_found_and_removed(full: Shelf) -> None:
    store = full.inspections
    assert [one.conversation for one in store.of_customer(LATE.customer.key)] == [LATE.id]
    assert store.remove([LATE.id, "nothing"]) == 1
    assert store.get(LATE.id) is None
    assert store.remove([]) == 0
    assert len(store.find(EVER)) == 2


def test_a_database_that_is_gone_is_said_to_be(tmp_path_factory: pytest.TempPathFactory) -> None:
    missing = tmp_path_factory.mktemp("none") / "no" / "records.db"
    with pytest.raises(QualityUnavailable):
        SqlInspections(sa.create_engine(f"sqlite:///{missing}")).find(EVER)
