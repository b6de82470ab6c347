"""Agents on the queue's roster, and conversations given to them; double and server alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from handoff.agents import Agent, AgentState
from handoff.errors import AgentAway, AtLimit, NothingToClaim, OnBreak
from handoff.memory_queue import MemoryHandoffQueue
from handoff.queue import Claim, HandoffQueue
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing
from tests.unit.handoff.people import queued
from tests.unit.handoff.room import LIN, ZHOU

ROUTING = Routing.load()
ALL = ("general", "complaints", "fraud")
LICENSED = frozenset({"fund", "insurance"})


@pytest.fixture(params=["memory", "redis", "cluster"])
async def queue(request: pytest.FixtureRequest, redis_client: Redis) -> HandoffQueue:
    """Return an empty queue of each make, with 周晓 and 林一 at the desk."""
    made: HandoffQueue
    if request.param == "memory":
        made = MemoryHandoffQueue(ROUTING)
    else:
        made = RedisHandoffQueue(redis_client, ROUTING)
    await made.heartbeat(ZHOU)
    await made.heartbeat(LIN)
    return made


async def claimed(queue: HandoffQueue, name: str, agent: str = "zhou") -> Claim:
    conversation = queued(name)
    await queue.enqueue(conversation)
    claim = await queue.claim(agent, ALL, 9, conversation.id)
    assert claim is not None
    return claim


async def test_the_roster_tells_name_groups_limit_load_and_state(queue: HandoffQueue) -> None:
    await claimed(queue, "a")
    await queue.set_state("lin", AgentState.BUSY)
    assert await queue.roster() == [
        Agent("lin", "林一", LIN.groups, LIN.load_limit, 0, AgentState.BUSY, LICENSED),
        Agent("zhou", "周晓", ZHOU.groups, ZHOU.load_limit, 1, AgentState.AVAILABLE, LICENSED),
    ]


async def test_a_heartbeat_keeps_the_state_and_takes_the_limit(queue: HandoffQueue) -> None:
    await queue.set_state("lin", AgentState.BREAK)
    await queue.heartbeat(replace(LIN, load_limit=3))
    lin = (await queue.roster())[0]
    assert (lin.state, lin.load_limit) == (AgentState.BREAK, 3)


async def test_whoever_is_on_break_claims_nothing(queue: HandoffQueue) -> None:
    await queue.enqueue(queued("a"))
    await queue.set_state("zhou", AgentState.BREAK)
    with pytest.raises(OnBreak):
        await queue.claim("zhou", ALL, 5)
    await queue.set_state("zhou", AgentState.BUSY)
    assert await queue.claim("zhou", ALL, 5) is not None


async def test_a_transfer_to_a_group_waits_there_at_its_old_place(queue: HandoffQueue) -> None:
    claim = await claimed(queue, "a")
    complaint = queued("b")
    await queue.enqueue(complaint)
    assert await queue.transfer(claim, "complaints", 4)
    assert not await queue.transfer(claim, "complaints", 4)
    (waiting,) = await queue.waiting("complaints")
    assert (waiting.conversation_id, waiting.since) == (claim.conversation_id, claim.since)
    assert [w.conversation_id for w in await queue.waiting("general")] == [complaint.id]
    assert await queue.held() == []


async def test_the_epoch_of_a_transfer_keeps_the_group_and_a_greater_one_routes_anew(
    queue: HandoffQueue,
) -> None:
    claim = await claimed(queue, "a")
    await queue.transfer(claim, "fraud", 4)
    assert (await queue.enqueue(queued("a", epoch=4))).group == "fraud"
    assert (await queue.enqueue(queued("a", epoch=6))).group == "general"
    assert await queue.waiting("fraud") == []


async def test_a_claim_moves_to_a_colleague_under_a_greater_fence(queue: HandoffQueue) -> None:
    claim = await claimed(queue, "a")
    moved = await queue.assign(claim.conversation_id, claim.fence, "lin", "zhou")
    assert (moved.agent, moved.since, moved.group) == ("lin", claim.since, claim.group)
    assert moved.fence > claim.fence
    assert not await queue.release(claim)
    assert await queue.held() == [moved]
    with pytest.raises(NothingToClaim):
        await queue.assign(claim.conversation_id, claim.fence, "lin", "zhou")


async def test_who_waits_is_assigned(queue: HandoffQueue) -> None:
    conversation = queued("a")
    await queue.enqueue(conversation)
    claim = await queue.assign(conversation.id, 0, "lin", "gu")
    assert (claim.agent, await queue.waiting()) == ("lin", [])
    with pytest.raises(NothingToClaim):
        await queue.assign(conversation.id, 0, "zhou", "gu")
    with pytest.raises(NothingToClaim):
        await queue.assign("0" * 16 + "-1", 0, "zhou", "gu")


async def test_nobody_who_is_away_is_given_anything(queue: HandoffQueue) -> None:
    claim = await claimed(queue, "a")
    for agent in ("gu", "nobody"):
        with pytest.raises(AgentAway):
            await queue.assign(claim.conversation_id, claim.fence, agent, "zhou")
    for state in (AgentState.BUSY, AgentState.BREAK):
        await queue.set_state("lin", state)
        with pytest.raises(AgentAway):
            await queue.assign(claim.conversation_id, claim.fence, "lin", "zhou")
    assert await queue.held() == [claim]


async def test_whoever_is_busy_may_still_take_by_the_own_hand(queue: HandoffQueue) -> None:
    claim = await claimed(queue, "a")
    await queue.set_state("lin", AgentState.BUSY)
    moved = await queue.assign(claim.conversation_id, claim.fence, "lin", "lin")
    assert moved.agent == "lin"


async def test_assigning_to_whoever_holds_it_changes_nothing(queue: HandoffQueue) -> None:
    claim = await claimed(queue, "a")
    assert await queue.assign(claim.conversation_id, claim.fence, "zhou", "gu") == claim


async def test_a_limit_holds_however_a_conversation_comes(queue: HandoffQueue) -> None:
    await queue.set_limit("lin", 1)
    claims = [await claimed(queue, name) for name in "abc"]
    results = await asyncio.gather(
        *(queue.assign(claim.conversation_id, claim.fence, "lin", "gu") for claim in claims),
        return_exceptions=True,
    )
    assert sum(isinstance(result, AtLimit) for result in results) == 2
    assert len(await queue.held("lin")) == 1
