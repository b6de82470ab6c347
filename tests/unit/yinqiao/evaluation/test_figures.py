"""Figures of an evaluation, against counts made by hand."""

from __future__ import annotations

import pytest

from conversation.turn import Route
from yinqiao.evaluation.cases import Case
from yinqiao.evaluation.figures import ROUTES, Figures, Outcome, Share
from yinqiao.evaluation.goals import GOALS


def outcome(right: str, taken: str, *, seconds: float = 0.0, intent: str = "") -> Outcome:
    return Outcome(
        Case(text="好", route=Route(right), intent="ask_loan"), Route(taken), intent, 0.5, seconds
    )


@pytest.fixture
def figures() -> Figures:
    return Figures(
        [
            outcome("answer", "answer", intent="ask_loan"),
            outcome("answer", "clarify"),
            outcome("answer", "transaction"),
            outcome("answer", "refuse"),
            outcome("clarify", "answer"),
            outcome("complaint", "complaint"),
            outcome("complaint", "answer"),
            outcome("refuse", "answer"),
            outcome("refuse", "refuse"),
        ]
    )


def test_asking_back_is_the_right_way_for_a_consultation(figures: Figures) -> None:
    assert figures.right == Share(5, 9)
    assert figures.answered == Share(1, 4)


def test_recall_and_precision_of_a_route(figures: Figures) -> None:
    assert figures.recall(Route.COMPLAINT) == Share(1, 2)
    assert figures.recall(Route.ANSWER) == Share(2, 4)
    assert figures.precision(Route.ANSWER) == Share(2, 4)
    assert figures.precision(Route.FRAUD) == Share(0, 0)


def test_what_must_not_happen_is_counted(figures: Figures) -> None:
    assert figures.wrongly_handed_over == Share(1, 5)
    assert figures.off_topic_answered == Share(1, 2)
    assert figures.intents == Share(1, 9)
    assert [o.route for o in figures.misses] == ["transaction", "refuse", "answer", "answer"]


def test_the_confusion_has_right_routes_in_rows(figures: Figures) -> None:
    counts = figures.confusion()
    assert counts.sum() == 9
    assert counts[ROUTES.index(Route.COMPLAINT), ROUTES.index(Route.ANSWER)] == 1
    assert counts[ROUTES.index(Route.ANSWER)].sum() == 4


def test_wilsons_interval_as_in_the_textbook() -> None:
    # Newcombe 1998, table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611.
    assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Share(0, 20).interval == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(0, 0).value == 0.0


def test_latency_is_told_in_milliseconds() -> None:
    figures = Figures([outcome("answer", "answer", seconds=s / 1000) for s in range(101)])
    assert figures.latency_ms == pytest.approx((50, 95))


def test_goals_are_limits_of_the_measured_share() -> None:
    perfect = Figures([outcome(route, route) for route in ROUTES])
    assert all(goal.met(perfect) for goal in GOALS)
    swapped = {"answer": "fraud", "refuse": "answer"}
    worst = Figures([outcome(route, swapped.get(route, "refuse")) for route in ROUTES])
    assert not any(goal.met(worst) for goal in GOALS)
