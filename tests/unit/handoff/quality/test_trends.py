"""Drawing samples, and how quality develops."""

from __future__ import annotations

from datetime import timedelta

from conversation.archive import Archived, Period
from conversation.turn import Route
from handoff.figures.tally import Share
from handoff.quality.inspection import Inspection
from handoff.quality.sampling import sample
from handoff.quality.trends import trends
from handoff.tickets.clock import ZONE
from tests.unit.handoff.figures.talks import NOON, Talk, exemplary
from tests.unit.handoff.quality.room import QualityRoom, curt

WEEK = timedelta(days=7)


def poor(name: str) -> Archived:
    """Return a conversation that nobody would show around."""
    talk = Talk(name)
    talk.asks("转人工", Route.HUMAN)
    talk.calls("complaint")
    talk.taken("zhou")
    talk.says("在", 200)
    return talk.closed("zhou")


def all_of(room: QualityRoom) -> list[Inspection]:
    return room.store.find(Period())


def test_a_few_of_each_agent_and_every_low_one_are_drawn() -> None:
    room = QualityRoom()
    room.keeps(*(exemplary(f"a{n}", "zhou") for n in range(20)))
    room.keeps(*(exemplary(f"b{n}", "lin") for n in range(2)), poor("low"))
    drawn = sample(all_of(room), room.standard, ZONE)
    agents = [one.agent for one in drawn if one.score == 100]
    few = room.standard.sampling.per_agent
    assert agents.count("lin") == 2
    assert few - 1 <= agents.count("zhou") <= few
    assert poor("low").id in [one.conversation for one in drawn]


def test_the_lot_is_the_same_for_everybody_and_each_week_has_its_own() -> None:
    room = QualityRoom()
    room.keeps(*(exemplary(f"a{n}") for n in range(9)))
    room.now += WEEK
    room.keeps(*(exemplary(f"c{n}", now=NOON + WEEK) for n in range(9)))
    drawn = sample(all_of(room), room.standard, ZONE)
    assert drawn == sample(reversed(all_of(room)), room.standard, ZONE)
    assert len(drawn) == 2 * room.standard.sampling.per_agent


def test_what_no_agent_had_is_nobody_s_sample() -> None:
    room = QualityRoom()
    room.keeps(Talk("zhao").closed())
    assert sample(all_of(room), room.standard, ZONE) == []


def test_trends_go_week_by_week() -> None:
    room = QualityRoom()
    room.keeps(exemplary(), curt())
    room.now += WEEK
    room.keeps(exemplary("li", now=NOON + WEEK))
    first, second = trends(all_of(room), ZONE)
    scores = [one.score for one in all_of(room) if one.closed < NOON + WEEK]
    assert (first.week, first.inspected) == ((2026, 23), 2)
    assert first.score == sum(scores) / 2
    assert first.items["greeting"] == Share(1, 2)
    assert first.items["empathy"] == Share(1, 1)
    assert (second.week, second.score) == ((2026, 24), 100)
