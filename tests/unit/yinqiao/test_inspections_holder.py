"""Inspections take part in export, deletion and retention."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from compliance.rights.holder import Tally
from compliance.rights.holds import Hold, Holding
from compliance.rights.terms import Keep, Kind, Term
from tests.unit.handoff.figures.talks import NOON, exemplary
from tests.unit.handoff.quality.room import QualityRoom, curt
from yinqiao.retention.inspections import InspectionsHolder

TERMS = {Kind.CONVERSATIONS: Term(365, 184)}
DAY = timedelta(days=1)
WANG = exemplary()


@pytest.fixture
def room() -> QualityRoom:
    room = QualityRoom()
    room.keeps(WANG, curt())
    return room


@pytest.fixture
def holder(room: QualityRoom) -> InspectionsHolder:
    return InspectionsHolder(room.store)


def keep(now: datetime, *subjects: str) -> Keep:
    return Keep(now, TERMS, Holding.of(Hold(each, "li", "诉讼", NOON) for each in subjects))


async def test_a_customer_is_told_of_inspections_and_nothing_of_the_agent(
    holder: InspectionsHolder,
) -> None:
    [told] = await holder.export(WANG.customer.key)
    assert (told["conversation"], told["score"]) == (WANG.id, 100)
    assert "zhou" not in str(told)


async def test_a_wish_to_delete_deletes_at_once_and_only_the_customer_s_own(
    room: QualityRoom, holder: InspectionsHolder
) -> None:
    now = keep(NOON + DAY)
    assert await holder.erase(WANG.customer.key, now) == Tally("inspections", deleted=1)
    assert await holder.erase(WANG.customer.key, now) == Tally("inspections")
    assert room.store.get(curt().id)


async def test_what_is_on_hold_stays(room: QualityRoom, holder: InspectionsHolder) -> None:
    now = keep(NOON + DAY, WANG.id)
    assert await holder.erase(WANG.customer.key, now) == Tally("inspections", held=1)
    assert room.store.get(WANG.id)


async def test_the_term_is_that_of_conversations(
    room: QualityRoom, holder: InspectionsHolder
) -> None:
    early = keep(NOON + 365 * DAY)
    assert await holder.expire(early, dry_run=False) == Tally("inspections")
    late = keep(NOON + 366 * DAY)
    assert await holder.expire(late, dry_run=True) == Tally("inspections", deleted=2)
    assert room.store.get(WANG.id)
    assert await holder.expire(late, dry_run=False) == Tally("inspections", deleted=2)
    assert room.store.get(WANG.id) is None
