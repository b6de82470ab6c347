"""Waiting raises the priority: nobody starves, and fraud still goes first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.conversation import Reason
from handoff.memory_queue import MemoryHandoffQueue
from handoff.queue import PRIORITIES
from handoff.routing import Routing
from tests.unit.handoff.people import NOON, queued

ROUTING = Routing.load()
AGING = ROUTING.aging
NOW = int(NOON.timestamp() * 1000)
STEP = timedelta(seconds=AGING.seconds_per_step)
ORDINARY = st.integers(AGING.never_overtaken + 1, PRIORITIES)


@given(ORDINARY, ORDINARY, st.integers(0, 10**9))
def test_one_step_of_waiting_is_worth_one_priority(mine: int, other: int, later: int) -> None:
    steps = mine - other
    earlier = NOW - steps * AGING.seconds_per_step * 1000
    assert AGING.score(mine, earlier) == AGING.score(other, NOW)
    assert AGING.score(mine, earlier) < AGING.score(other, NOW + later + 1)


@given(st.integers(1, AGING.never_overtaken), ORDINARY, st.integers(0, NOW))
def test_the_first_are_never_overtaken(first: int, other: int, earlier: int) -> None:
    assert AGING.score(first, NOW) < AGING.score(other, NOW - earlier)


@given(st.integers(1, PRIORITIES), st.integers(0, 2 * NOW))
def test_scores_are_exact_in_a_double(priority: int, arrival: int) -> None:
    score = AGING.score(priority, arrival)
    assert int(float(score)) == score


async def test_the_least_urgent_is_served_under_a_stream_of_more_urgent_ones() -> None:
    now = [NOON]
    queue = MemoryHandoffQueue(ROUTING, lambda: now[0])
    patient = queued("patient", Reason.BOT_UNABLE)
    await queue.enqueue(patient)
    served = []
    for number in range(100):
        now[0] += STEP / 10
        await queue.enqueue(queued(f"c{number}", Reason.TRANSACTION))
        claim = await queue.claim("zhou", ["general"], 1000)
        assert claim is not None
        served.append(claim.conversation_id)
    priorities = [ROUTING.target(r).priority for r in (Reason.BOT_UNABLE, Reason.TRANSACTION)]
    steps = priorities[0] - priorities[1]
    assert served.index(patient.id) == pytest.approx(10 * steps, abs=1)
