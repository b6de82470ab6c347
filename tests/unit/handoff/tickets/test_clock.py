"""The complaint clock: fifteen, thirty, sixty days; what stops, restarts and ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.tickets.clock import ZONE, Clock
from handoff.tickets.events import Event, Kind
from tests.unit.handoff.tickets.people import NOON, RULES

DEADLINES = RULES.deadlines
DAY = timedelta(days=1)
moments = st.integers(0, 4 * 365 * 24 * 3600).map(lambda seconds: NOON + timedelta(seconds=seconds))
spans = st.timedeltas(timedelta(0), timedelta(days=60))


def happened(clock: Clock, *kinds: Kind, at: datetime = NOON) -> Clock:
    for kind in kinds:
        clock = clock.after(Event(kind, at, "qin"))
    return clock


def days(clock: Clock, now: datetime = NOON) -> int:
    """Return how many whole days after the day of receipt the deadline's last day is."""
    last = clock.due(DEADLINES, now) - timedelta(microseconds=1)
    return (last.astimezone(ZONE).date() - clock.started.astimezone(ZONE).date()).days


EXTENDED = (Kind.COMPLEX, Kind.EXTENSION_ASKED, Kind.EXTENSION_GRANTED, Kind.EXTENSION_TOLD)


def test_fifteen_thirty_and_thirty_more_days() -> None:
    assert days(Clock(NOON)) == 15
    assert days(happened(Clock(NOON), Kind.COMPLEX)) == 30
    assert days(happened(Clock(NOON), *EXTENDED)) == 60


@pytest.mark.parametrize("count", [1, 2, 3])
def test_an_extension_counts_only_when_granted_and_told(count: int) -> None:
    assert days(happened(Clock(NOON), *EXTENDED[:count])) == 30


def test_the_day_ends_at_midnight_in_beijing() -> None:
    late_evening = datetime(2026, 6, 1, 15, 59, tzinfo=UTC)
    due = Clock(late_evening).due(DEADLINES, NOON)
    assert due == datetime(2026, 6, 17, tzinfo=ZONE)
    assert Clock(late_evening + timedelta(minutes=1)).due(DEADLINES, NOON) == due + DAY
    assert not Clock(late_evening).late(DEADLINES, due - timedelta(microseconds=1))
    assert Clock(late_evening).late(DEADLINES, due)


@given(moments)
def test_every_moment_of_a_day_has_the_same_deadline(at: datetime) -> None:
    start = at.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    assert Clock(at).due(DEADLINES, at) == Clock(start).due(DEADLINES, at)
    assert DAY * 15 < Clock(at).due(DEADLINES, at) - at <= DAY * 16


@given(moments, spans, spans, spans, spans)
def test_an_appraisal_moves_the_deadline_by_exactly_its_length(
    at: datetime, before: timedelta, first: timedelta, between: timedelta, second: timedelta
) -> None:
    plain = Clock(at).due(DEADLINES, at)
    paused = happened(Clock(at), Kind.PAUSED, at=at + before)
    resumed = happened(paused, Kind.RESUMED, at=at + before + first)
    again = happened(resumed, Kind.PAUSED, at=at + before + first + between)
    now = at + before + first + between + second
    assert again.due(DEADLINES, now) == plain + first + second
    assert happened(again, Kind.RESUMED, at=now).due(DEADLINES, now + DAY) == plain + first + second


@given(moments, spans, spans)
def test_a_standing_clock_is_never_late_that_was_not_late_before(
    at: datetime, before: timedelta, waited: timedelta
) -> None:
    paused = happened(Clock(at), Kind.PAUSED, at=at + before)
    assert paused.late(DEADLINES, at + before + waited) == Clock(at).late(DEADLINES, at + before)


@given(moments, st.lists(st.sampled_from(EXTENDED)), spans)
def test_new_facts_begin_a_clock_that_knows_nothing_of_the_old(
    at: datetime, before: list[Kind], later: timedelta
) -> None:
    old = happened(Clock(at), *before, at=at)
    assert happened(old, Kind.NEW_FACTS, at=at + later) == Clock(at + later)


@given(moments, st.permutations(EXTENDED))
def test_what_lengthens_it_never_shortens_it(at: datetime, order: list[Kind]) -> None:
    clock = Clock(at)
    for kind in order:
        longer = happened(clock, kind, at=at)
        assert longer.due(DEADLINES, at) >= clock.due(DEADLINES, at)
        clock = longer


@pytest.mark.parametrize("end", [Kind.REPLIED, Kind.WITHDRAWN, Kind.MERGED])
@given(at=moments, after=spans, later=spans)
def test_an_end_in_time_stays_in_time(
    end: Kind, at: datetime, after: timedelta, later: timedelta
) -> None:
    clock = happened(Clock(at), end, at=at + after)
    assert clock.late(DEADLINES, at + after + later) == Clock(at).late(DEADLINES, at + after)


def test_a_repeat_does_not_touch_the_clock() -> None:
    assert happened(Clock(NOON), Kind.REPEATED, at=NOON + DAY) == Clock(NOON)
