"""What the board counts, and the target times behind it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from handoff.agents import Agent, AgentState
from handoff.errors import BadContent
from handoff.overview import group_lines
from handoff.queue import Waiting
from handoff.routing import Routing
from handoff.service_levels import ServiceLevels, Wait
from tests.unit.handoff.people import NOON

ROUTING = Routing.load()
LEVELS = ServiceLevels.load()


def waits(group: str, priority: int, seconds: int) -> Waiting:
    since = NOON - timedelta(seconds=seconds)
    return Waiting("0" * 16 + f"-{seconds}", group, priority, 1, "human", since)


def test_every_group_has_its_line_and_a_forgotten_one_too() -> None:
    waiting = [
        waits("general", 4, 10),
        waits("general", 4, 1000),
        waits("fraud", 1, 31),
        waits("old", 5, 1),
    ]
    agents = [
        Agent("zhou", "周晓", frozenset({"general"}), 5, 2, AgentState.AVAILABLE),
        Agent("lin", "林一", frozenset({"general"}), 5, 0, AgentState.BREAK),
        Agent("new", "新人", frozenset(), 2, 3, AgentState.AVAILABLE),
    ]
    lines = {one.group: one for one in group_lines(waiting, agents, ROUTING, LEVELS, NOON)}
    assert set(lines) == {*ROUTING.groups, "old"}
    general = lines["general"]
    assert (general.waiting, general.breached, general.free) == (2, 1, 3)
    assert general.oldest == timedelta(seconds=1000)
    assert (lines["fraud"].breached, lines["fraud"].free) == (1, 0)
    assert (lines["complaints"].waiting, lines["complaints"].oldest) == (0, timedelta(0))


def test_the_more_urgent_the_shorter_the_target() -> None:
    targets = [LEVELS.target(priority) for priority in range(1, 6)]
    assert targets == sorted(targets)
    assert LEVELS.target(9) == timedelta(seconds=LEVELS.otherwise_seconds)


def test_a_wait_presses_before_it_is_a_breach() -> None:
    target = LEVELS.target(4)
    assert LEVELS.of(4, target * 0.5) is Wait.WITHIN
    assert LEVELS.of(4, target) is Wait.PRESSING
    assert LEVELS.of(4, target + timedelta(seconds=1)) is Wait.BREACHED


def test_a_file_without_targets_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "levels.yml"
    path.write_text("source: x\nreview: 2027-01-01\n", "utf-8")
    with pytest.raises(BadContent, match="pickup_seconds"):
        ServiceLevels.load(path)
