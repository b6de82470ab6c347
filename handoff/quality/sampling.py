"""Which conversations people look at: drawn by lot, the same lot for whoever asks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, tzinfo

from handoff.quality.inspection import Inspection
from handoff.quality.standard import Standard

Week = tuple[int, int]
"""ISO year and week, in the bank's zone."""


def week_of(at: datetime, zone: tzinfo) -> Week:
    """Return the week of a moment."""
    year, week, _ = at.astimezone(zone).isocalendar()
    return year, week


def sample(inspections: Iterable[Inspection], standard: Standard, zone: tzinfo) -> list[Inspection]:
    """Return what people look at, the last closed first: low scores, and a few of each agent.

    Of each agent and week the conversations whose names hash lowest are drawn: nobody can choose
    them, everybody can check them, and a conversation that closes later may only push others out.
    """
    each = list(inspections)
    drawn = {one.conversation for one in each if one.agent and one.score < standard.levels.low}
    lots: dict[tuple[str, Week], list[Inspection]] = {}
    for one in each:
        if one.agent:
            lots.setdefault((one.agent, week_of(one.closed, zone)), []).append(one)
    for lot in lots.values():
        lot.sort(key=_lot)
        drawn |= {one.conversation for one in lot[: standard.sampling.per_agent]}
    found = [one for one in each if one.conversation in drawn]
    return sorted(found, key=lambda one: (one.closed, one.conversation), reverse=True)


def _lot(inspection: Inspection) -> str:
    return hashlib.sha256(inspection.conversation.encode()).hexdigest()
