"""Everything that is archived is inspected, once, whatever happens meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from conversation.archive import Archived, Period
from conversation.errors import ArchiveUnavailable
from handoff.quality.inspection import Inspection
from handoff.quality.scorer import Scorer
from tests.unit.handoff.figures.talks import NOON, Talk, exemplary
from tests.unit.handoff.quality.room import QualityRoom, curt

EVER = Period()


@pytest.fixture
def room() -> QualityRoom:
    return QualityRoom()


def test_a_sweep_inspects_what_waits_and_the_next_has_nothing_to_do(room: QualityRoom) -> None:
    for archived in (exemplary(), curt(), Talk("zhao").closed()):
        room.archive.put(archived)
    small = replace(room.inspector, batch=2)
    assert small.sweep() == 3
    before = room.store.find(EVER)
    room.now += timedelta(hours=1)
    assert small.sweep() == 0
    assert room.store.find(EVER) == before


def test_it_looks_back_only_so_far(room: QualityRoom) -> None:
    long_ago = NOON - timedelta(days=room.standard.look_back_days)
    room.keeps(exemplary("old", now=long_ago), exemplary())
    assert [one.conversation for one in room.store.find(EVER)] == [exemplary().id]


def test_one_that_cannot_be_inspected_holds_up_nobody(room: QualityRoom) -> None:
    class Choosy(Scorer):
        def inspect(self, archived: Archived, at: datetime) -> Inspection:
            if archived.customer.id == "sun":
                raise KeyError("sun")
            return super().inspect(archived, at)

    real = room.inspector.scorer
    for archived in (curt(), exemplary()):
        room.archive.put(archived)
    choosy = Choosy(real.standard, real.due, real.wording)
    assert replace(room.inspector, scorer=choosy, batch=1).sweep() == 1
    assert room.inspector.sweep() == 1


def test_an_archive_that_is_down_is_tried_again(room: QualityRoom) -> None:
    class Down:
        def get(self, _: str) -> Archived:
            raise ArchiveUnavailable

    room.archive.put(exemplary())
    with pytest.raises(ArchiveUnavailable):
        replace(room.inspector, archive=Down()).sweep()  # type: ignore[arg-type]
    assert room.inspector.sweep() == 1
