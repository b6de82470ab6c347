"""How a period went day by day, and how a period is chosen by days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from conversation.archive import Period
from handoff.figures.measure import Measure

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """What was closed on a day: conversations, their calls, and how many were taken."""

    day: date
    conversations: int
    calls: int
    connected: int


def period_of(first: date, last: date, zone: tzinfo) -> Period:
    """Return the period from the first day to the last one, both included."""
    return Period(
        datetime.combine(first, time.min, zone), datetime.combine(last + _DAY, time.min, zone)
    )


def days_of(measures: Iterable[Measure], first: date, last: date, zone: tzinfo) -> list[Day]:
    """Return every day from the first to the last, those on which nothing happened included."""
    found: dict[date, list[Measure]] = {}
    for measure in measures:
        found.setdefault(measure.closed.astimezone(zone).date(), []).append(measure)
    spans = range((last - first) // _DAY + 1)
    return [_day(first + number * _DAY, found) for number in spans]


def _day(day: date, found: dict[date, list[Measure]]) -> Day:
    held = found.get(day, [])
    calls = [call for measure in held for call in measure.calls if call.reason]
    return Day(day, len(held), len(calls), sum(call.connected for call in calls))
