"""Review, appeal, decision: who may, when, and what becomes of the score."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversation.turn import Route
from handoff.quality.errors import AppealTooLate, QualityForbidden, QualityNotAllowed
from handoff.quality.inspection import Appeal, Inspection, Review, State
from handoff.quality.scorer import Scorer
from handoff.quality.standard import Standard
from tests.unit.handoff.figures.talks import NOON, Talk, due

DAY = timedelta(days=1)


@pytest.fixture
def inspection() -> Inspection:
    """Return one of zhou's, without a greeting."""
    talk = Talk()
    talk.asks("转人工", Route.HUMAN)
    talk.calls()
    talk.taken("zhou")
    talk.says("在")
    return Scorer(Standard.load(), due, lambda _: ()).inspect(talk.closed(), NOON)


def appeal(by: str = "zhou", day: int = 1, *items: str) -> Appeal:
    return Appeal(by, NOON + day * DAY, "系统已代为问候", items or ("greeting",))


def test_a_review_may_find_otherwise(inspection: Inspection) -> None:
    assert (inspection.state, inspection.found["greeting"]) == (State.INSPECTED, False)
    kinder = inspection.reviewed(Review("gu", NOON, "问候在图片里", {"greeting": True}))
    assert (kinder.state, kinder.score) == (State.REVIEWED, 100)
    stricter = kinder.reviewed(Review("gu", NOON, "并没有", {"manners": False}))
    assert stricter.score < inspection.score


def test_an_upheld_appeal_changes_the_score_and_a_rejected_one_does_not(
    inspection: Inspection,
) -> None:
    appealed = inspection.appealed(appeal(), 7)
    assert (appealed.state, appealed.score) == (State.APPEALED, inspection.score)
    upheld = appealed.decided("gu", NOON + 2 * DAY, "属实", upheld=True)
    assert (upheld.state, upheld.score) == (State.UPHELD, 100)
    rejected = appealed.decided("gu", NOON + 2 * DAY, "不属实", upheld=False)
    assert (rejected.state, rejected.score) == (State.REJECTED, inspection.score)


def test_an_appeal_counts_for_more_than_the_review_before_it(inspection: Inspection) -> None:
    strict = inspection.reviewed(Review("gu", NOON, "生硬", {"manners": False}))
    upheld = strict.appealed(appeal("zhou", 1, "manners"), 7).decided(
        "li", NOON + 2 * DAY, "不生硬", upheld=True
    )
    assert upheld.found["manners"]
    assert not upheld.found["greeting"]


def test_nobody_decides_or_reviews_their_own(inspection: Inspection) -> None:
    with pytest.raises(QualityForbidden):
        inspection.reviewed(Review("zhou", NOON, "很好"))
    with pytest.raises(QualityForbidden):
        inspection.appealed(appeal(), 7).decided("zhou", NOON, "属实", upheld=True)


def test_only_who_was_inspected_appeals(inspection: Inspection) -> None:
    with pytest.raises(QualityForbidden):
        inspection.appealed(appeal("lin"), 7)


def test_an_appeal_has_its_days_from_the_last_look_on(inspection: Inspection) -> None:
    with pytest.raises(AppealTooLate):
        inspection.appealed(appeal(day=7), 7)
    later = inspection.reviewed(Review("gu", NOON + 3 * DAY, "看过"))
    assert later.appealed(appeal(day=9), 7).state is State.APPEALED


def test_an_appeal_is_the_only_one_and_against_what_was_not_passed(
    inspection: Inspection,
) -> None:
    appealed = inspection.appealed(appeal(), 7)
    decided = appealed.decided("gu", NOON, "不属实", upheld=False)
    for held in (appealed, decided):
        with pytest.raises(QualityNotAllowed):
            held.appealed(appeal(), 7)
        with pytest.raises(QualityNotAllowed):
            held.reviewed(Review("gu", NOON, "再看"))
    for items in (("manners",), ("unknown",)):
        with pytest.raises(QualityNotAllowed):
            inspection.appealed(appeal("zhou", 1, *items), 7)


def test_what_was_not_appealed_cannot_be_decided(inspection: Inspection) -> None:
    with pytest.raises(QualityNotAllowed):
        inspection.decided("gu", NOON, "属实", upheld=True)
    done = inspection.appealed(appeal(), 7).decided("gu", NOON, "属实", upheld=True)
    with pytest.raises(QualityNotAllowed):
        done.decided("gu", NOON, "不属实", upheld=False)


def test_a_review_knows_only_items_that_apply(inspection: Inspection) -> None:
    with pytest.raises(QualityNotAllowed):
        inspection.reviewed(Review("gu", NOON, "看过", {"empathy": False}))
