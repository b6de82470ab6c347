"""How quality develops: mean score and share of each item passed, week by week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from handoff.figures.tally import Share, mean, share
from handoff.quality.inspection import Inspection
from handoff.quality.sampling import Week, week_of


@dataclass(frozen=True, slots=True)
class Trend:
    """One week: how many were inspected, the mean score, item → passed of those it applied to."""

    week: Week
    inspected: int
    score: float | None
    items: Mapping[str, Share]


def trends(inspections: Iterable[Inspection], zone: tzinfo) -> list[Trend]:
    """Return the weeks in which anything was closed, in order."""
    weeks: dict[Week, list[Inspection]] = {}
    for one in inspections:
        weeks.setdefault(week_of(one.closed, zone), []).append(one)
    return [_trend(week, weeks[week]) for week in sorted(weeks)]


def _trend(week: Week, held: list[Inspection]) -> Trend:
    items: dict[str, list[bool]] = {}
    for one in held:
        for item, passed in one.found.items():
            items.setdefault(item, []).append(passed)
    return Trend(
        week,
        len(held),
        mean([one.score for one in held]),
        {item: share(passed) for item, passed in items.items()},
    )
