"""Customers offered to agents, on the double and on a real server alike."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from redis.asyncio import Redis

from conversation.conversation import Reason
from handoff.agents import AgentState
from handoff.errors import NothingToClaim
from handoff.memory_queue import MemoryHandoffQueue
from handoff.queue import Claim, HandoffQueue
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing
from tests.unit.handoff.people import NOON, queued
from tests.unit.handoff.room import GU, LIN, ZHOU

ROUTING = Routing.load()
ALL = ("general", "complaints", "fraud")
LONG = {"general": timedelta(seconds=20), "complaints": timedelta(seconds=20)}
OVER = dict.fromkeys(LONG, timedelta(0))
AGENTS = 50
CUSTOMERS = 120


@dataclass
class Ticking:
    """A clock on which no two looks are the same moment."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """Return a later moment than before."""
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture(params=["memory", "redis", "cluster"])
async def queue(request: pytest.FixtureRequest, redis_client: Redis) -> HandoffQueue:
    """Return an empty queue of each make, with 周晓 and 林一 at the desk."""
    made: HandoffQueue
    if request.param == "memory":
        made = MemoryHandoffQueue(ROUTING, Ticking())
    else:
        made = RedisHandoffQueue(redis_client, ROUTING)
    await made.heartbeat(ZHOU)
    await made.heartbeat(LIN)
    return made


async def offered(queue: HandoffQueue, name: str, reason: Reason = Reason.HUMAN) -> Claim:
    await queue.enqueue(queued(name, reason))
    offer = await queue.offer(LONG)
    assert offer is not None
    return offer


async def leave(queue: HandoffQueue, offer: Claim) -> None:
    """Let an offer's conversation be accepted, and end."""
    assert await queue.release(await queue.accept(offer))


async def test_an_offer_counts_as_held_and_keeps_the_place(queue: HandoffQueue) -> None:
    offer = await offered(queue, "a")
    assert offer.offered
    assert await queue.waiting() == []
    assert await queue.held(offer.agent) == [offer]
    place = await queue.place(offer.conversation_id)
    assert place is not None
    assert place.position == 1
    assert await queue.claim("gu", ALL, 9) is None


async def test_who_holds_fewest_comes_first_and_then_who_is_idle_longest(
    queue: HandoffQueue,
) -> None:
    first, second = await offered(queue, "a"), await offered(queue, "b")
    assert {first.agent, second.agent} == {"zhou", "lin"}
    await leave(queue, second)
    await leave(queue, first)
    # Both hold nothing now; the second one's agent has had nothing for longer.
    third = await offered(queue, "c")
    assert third.agent == second.agent
    assert (await offered(queue, "d")).agent == first.agent


async def test_the_agent_of_last_time_comes_first_when_free(queue: HandoffQueue) -> None:
    again = queued("a")
    offer = await offered(queue, "a")
    await leave(queue, offer)
    # By load and idleness it would be the other one's turn.
    await queue.enqueue(replace(again, id=f"{again.customer.key}-2"))
    second = await queue.offer(LONG)
    assert second is not None
    assert second.agent == offer.agent
    await leave(queue, second)
    await queue.set_state(offer.agent, AgentState.BREAK)
    await queue.enqueue(replace(again, id=f"{again.customer.key}-3"))
    third = await queue.offer(LONG)
    assert third is not None
    assert third.agent != offer.agent


async def test_accepting_makes_it_a_claim_that_is_renewed(queue: HandoffQueue) -> None:
    offer = await offered(queue, "a")
    (kept,) = await queue.renew(offer.agent)
    assert kept.expires_at == offer.expires_at
    claim = await queue.accept(offer)
    assert (claim.offered, claim.fence) == (False, offer.fence)
    assert claim.expires_at > offer.expires_at
    with pytest.raises(NothingToClaim):
        await queue.accept(offer)


async def test_what_is_not_accepted_goes_to_the_next_agent(queue: HandoffQueue) -> None:
    first, second = queued("a"), queued("b")
    await queue.enqueue(first)
    await queue.enqueue(second)
    missed = await queue.offer(OVER)
    assert missed is not None
    assert await queue.reap() == [missed]
    assert [w.conversation_id for w in await queue.waiting()] == [first.id, second.id]
    states = {agent.login: agent.state for agent in await queue.roster()}
    assert states.pop(missed.agent) is AgentState.BUSY
    assert set(states.values()) == {AgentState.AVAILABLE}
    with pytest.raises(NothingToClaim):
        await queue.accept(missed)
    following = await queue.offer(LONG)
    assert following is not None
    assert (following.conversation_id, following.agent) == (first.id, *states)


async def test_a_customer_who_leaves_ends_the_offer(queue: HandoffQueue) -> None:
    offer = await offered(queue, "a")
    await queue.withdraw(offer.conversation_id)
    assert await queue.held() == []
    with pytest.raises(NothingToClaim):
        await queue.accept(offer)
    assert await queue.place(offer.conversation_id) is None


async def test_nobody_is_offered_what_they_cannot_take(queue: HandoffQueue) -> None:
    await queue.enqueue(queued("a", Reason.COMPLAINT))
    await queue.heartbeat(GU)
    await queue.set_state("lin", AgentState.BUSY)
    assert await queue.offer(LONG) is None  # 周晓 lacks the group, 顾言 has none
    await queue.set_state("lin", AgentState.AVAILABLE)
    await queue.set_limit("lin", 0)
    assert await queue.offer(LONG) is None
    await queue.set_limit("lin", 1)
    offer = await queue.offer(LONG)
    assert offer is not None
    assert offer.agent == "lin"


async def test_a_group_that_pulls_is_offered_to_nobody(queue: HandoffQueue) -> None:
    await queue.enqueue(queued("a"))
    assert await queue.offer({"complaints": timedelta(seconds=20)}) is None
    assert await queue.offer({}) is None


async def test_the_most_urgent_head_is_offered_first(queue: HandoffQueue) -> None:
    await queue.enqueue(queued("a"))
    urgent = queued("b", Reason.COMPLAINT)
    await queue.enqueue(urgent)
    offer = await queue.offer(LONG)
    assert offer is not None
    assert offer.conversation_id == urgent.id


async def test_a_supervisor_moves_what_is_offered(queue: HandoffQueue) -> None:
    offer = await offered(queue, "a")
    other = next(iter({"zhou", "lin"} - {offer.agent}))
    moved = await queue.assign(offer.conversation_id, offer.fence, other, "gu")
    assert (moved.agent, moved.offered) == (other, False)
    with pytest.raises(NothingToClaim):
        await queue.accept(offer)


async def test_fifty_agents_race_for_what_is_pushed_and_pulled(queue: HandoffQueue) -> None:
    accounts = [replace(ZHOU, login=f"agent{number:02}") for number in range(AGENTS)]
    for name in ("zhou", "lin"):
        await queue.set_state(name, AgentState.BREAK)
    for account in accounts:
        await queue.heartbeat(account)
    for number in range(CUSTOMERS):
        await queue.enqueue(queued(f"c{number}"))

    async def serve(login: str) -> None:
        """Pull what can be pulled, push for everybody, accept what was offered."""
        for _ in range(3):
            offer = await queue.offer(LONG)
            for mine in await queue.held(login):
                if mine.offered:
                    await queue.accept(mine)
            if offer is None and len(await queue.held(login)) < ZHOU.load_limit:
                await queue.claim(login, ["general"], ZHOU.load_limit)

    await asyncio.gather(*(serve(account.login) for account in accounts))
    held = await queue.held()
    loads = [sum(one.agent == account.login for one in held) for account in accounts]
    assert max(loads) <= ZHOU.load_limit
    assert len(held) == min(CUSTOMERS, AGENTS * ZHOU.load_limit)
    assert len({one.conversation_id for one in held}) == len({one.fence for one in held})
    assert len(held) + len(await queue.waiting(limit=CUSTOMERS)) == CUSTOMERS
