"""Who sees which inspections, and that every deed stands in the trail before it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.errors import AuditUnavailable
from conversation.archive import Period
from handoff.accounts import Account, Role
from handoff.quality.errors import AppealTooLate, QualityForbidden, UnknownInspection
from handoff.quality.inspection import State
from tests.unit.handoff.figures.talks import exemplary
from tests.unit.handoff.quality.room import QualityRoom, curt
from tests.unit.handoff.room import GU, LIN, ZHOU

EDITOR = Account("he", "何文", frozenset({Role.EDITOR}))
ALL = Period()


@pytest.fixture
def room() -> QualityRoom:
    """Return a room with one good conversation of lin's, and one of zhou's without a greeting."""
    room = QualityRoom()
    room.keeps(curt(), exemplary("li", "lin"))
    return room


async def test_agents_see_their_own_and_supervisors_all(room: QualityRoom) -> None:
    own = await room.service.find(ZHOU, ALL)
    assert [one.agent for one in own] == ["zhou"]
    assert len(await room.service.find(GU, ALL)) == 2
    with pytest.raises(QualityForbidden):
        await room.service.find(EDITOR, ALL)
    with pytest.raises(QualityForbidden):
        await room.service.get(LIN, curt().id)
    with pytest.raises(QualityForbidden):
        await room.service.read(LIN, curt().id)
    with pytest.raises(UnknownInspection):
        await room.service.get(GU, "0123456789abcdef-9")


async def test_reading_what_was_said_is_recorded(room: QualityRoom) -> None:
    assert await room.service.read(GU, curt().id) == curt()
    assert room.trail.kinds == ["quality.read"]


async def test_an_appeal_is_decided_by_a_supervisor_and_all_of_it_is_recorded(
    room: QualityRoom,
) -> None:
    identifier = curt().id
    why = "客户电话 13800138000 的会话里已问候"
    appealed = await room.service.appeal(ZHOU, identifier, why, ["greeting"])
    assert appealed.appeal
    assert "13800138000" not in appealed.appeal.why
    with pytest.raises(QualityForbidden):
        await room.service.decide(ZHOU, identifier, "属实", upheld=True)
    decided = await room.service.decide(GU, identifier, "属实", upheld=True)
    assert (decided.state, decided.score) == (State.UPHELD, 100)
    assert room.store.get(identifier) == decided
    assert room.trail.kinds == ["quality.appeal", "quality.decide"]


async def test_a_supervisor_reviews_but_not_what_was_their_own(room: QualityRoom) -> None:
    room.keeps(curt("zhang", "gu"))
    with pytest.raises(QualityForbidden):
        await room.service.review(GU, curt("zhang").id, "看过")
    with pytest.raises(QualityForbidden):
        await room.service.review(ZHOU, curt().id, "看过")
    with pytest.raises(ValueError, match="reason"):
        await room.service.review(GU, curt().id, "  ")
    reviewed = await room.service.review(GU, curt().id, "看过", {"greeting": True})
    assert reviewed.score == 100


async def test_what_the_trail_refuses_does_not_happen(room: QualityRoom) -> None:
    room.trail.down = True
    with pytest.raises(AuditUnavailable):
        await room.service.review(GU, curt().id, "看过")
    held = room.store.get(curt().id)
    assert held
    assert held.state is State.INSPECTED


async def test_an_appeal_after_its_days_is_too_late(room: QualityRoom) -> None:
    room.now += timedelta(days=room.standard.appeal.days)
    with pytest.raises(AppealTooLate):
        await room.service.appeal(ZHOU, curt().id, "迟了", ["greeting"])
