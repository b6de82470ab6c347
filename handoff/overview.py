"""What a supervisor sees of the line at one look: how many wait in each group, how long, how late.

Pure counting over what the queue told; every number is of the same moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.agents import Agent, AgentState
from handoff.queue import Waiting
from handoff.routing import Routing
from handoff.service_levels import ServiceLevels, Wait


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: who waits, the oldest wait, breaches of the target, free hands at the desk.

    `unmanned`: it is open, and nobody who may serve it is at the desk.
    """

    group: str
    name: str
    waiting: int
    oldest: timedelta
    breached: int
    free: int
    unmanned: bool = False


def group_lines(
    waiting: Sequence[Waiting],
    agents: Sequence[Agent],
    routing: Routing,
    levels: ServiceLevels,
    now: datetime,
) -> list[GroupLine]:
    """Return a line for each group of the routing, and for any other in which somebody waits."""
    unknown = sorted({one.group for one in waiting} - routing.groups.keys())
    return [
        _line(group, [one for one in waiting if one.group == group], agents, routing, levels, now)
        for group in (*routing.groups, *unknown)
    ]


def _line(  # noqa: PLR0913, PLR0917 - what one line is counted from
    group: str,
    waiting: Sequence[Waiting],
    agents: Sequence[Agent],
    routing: Routing,
    levels: ServiceLevels,
    now: datetime,
) -> GroupLine:
    waits = [(one.priority, now - one.since) for one in waiting]
    members = [one for one in agents if routing.serves(one, group)]
    serving = [one for one in members if one.state is AgentState.AVAILABLE]
    return GroupLine(
        group,
        routing.group_name(group),
        len(waits),
        max((waited for _, waited in waits), default=timedelta(0)),
        sum(levels.of(priority, waited) is Wait.BREACHED for priority, waited in waits),
        sum(max(0, one.load_limit - one.load) for one in serving),
        not members and routing.hours.opens(group, now) is None,
    )
