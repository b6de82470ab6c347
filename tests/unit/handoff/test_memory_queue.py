"""What only the double can show, because its clock can be moved."""

from __future__ import annotations

from datetime import timedelta

from handoff.memory_queue import MemoryHandoffQueue
from handoff.routing import Routing
from tests.unit.handoff.people import NOON
from tests.unit.handoff.room import LIN, ZHOU


async def test_an_agent_who_is_silent_for_a_lease_is_away() -> None:
    now = [NOON]
    queue = MemoryHandoffQueue(Routing.load(), lambda: now[0], lease_seconds=60)
    await queue.heartbeat(ZHOU)
    now[0] += timedelta(seconds=59)
    await queue.heartbeat(LIN)
    assert await queue.present() == ["lin", "zhou"]
    now[0] += timedelta(seconds=2)
    assert await queue.present() == ["lin"]
