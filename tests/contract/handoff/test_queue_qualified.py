"""Who may serve a group that requires a qualification, on the double and on a real server alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from redis.asyncio import Redis

from conversation.conversation import Conversation, Handoff, Reason
from handoff.accounts import Account
from handoff.errors import NotQualified
from handoff.memory_queue import MemoryHandoffQueue
from handoff.qualifications import Qualification
from handoff.queue import EVERY, HandoffQueue
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing
from tests.unit.handoff.people import queued
from tests.unit.handoff.room import ZHOU

ROUTING = Routing.load()
LATER, PAST = date(2099, 1, 1), date(2026, 5, 31)
PATIENCE = {"fund": timedelta(minutes=1), "general": timedelta(minutes=1)}


def of_funds(login: str, *passed: Qualification) -> Account:
    groups = frozenset({"fund", "general"})
    return replace(ZHOU, login=login, groups=groups, qualifications=frozenset(passed))


QUALIFIED = of_funds("good", Qualification("fund", LATER))
EXPIRED = of_funds("expired", Qualification("fund", PAST), Qualification("insurance", LATER))
NEVER = of_funds("never")


def about_funds(name: str) -> Conversation:
    handoff = Handoff(Reason.HUMAN, "ask_fund", 0.9, "请人工介绍一下")
    return replace(queued(name), handoff=handoff)


@pytest.fixture(params=["memory", "redis"])
async def queue(request: pytest.FixtureRequest, redis_client: Redis) -> HandoffQueue:
    """Return a queue of each make with one customer of the fund group, nobody at the desk."""
    made: HandoffQueue
    made = (
        MemoryHandoffQueue(ROUTING)
        if request.param == "memory"
        else RedisHandoffQueue(redis_client, ROUTING)
    )
    assert (await made.enqueue(about_funds("a"))).group == "fund"
    return made


@pytest.mark.parametrize("agent", [EXPIRED, NEVER], ids=lambda agent: agent.login)
async def test_who_lacks_the_qualification_gets_nothing_in_any_way(
    queue: HandoffQueue, agent: Account
) -> None:
    await queue.heartbeat(agent)
    wanted = about_funds("a").id
    with pytest.raises(NotQualified):
        await queue.claim(agent.login, ["fund"], 9, wanted, barred={"fund"})
    with pytest.raises(NotQualified):
        await queue.claim(agent.login, [EVERY], 9, wanted, barred={"fund"})
    assert await queue.claim(agent.login, ["fund", "general"], 9, barred={"fund"}) is None
    assert await queue.claim(agent.login, [EVERY], 9, barred={"fund"}) is None
    assert await queue.offer(PATIENCE) is None
    with pytest.raises(NotQualified):
        await queue.assign(wanted, 0, agent.login, agent.login)
    assert [one.conversation_id for one in await queue.waiting("fund")] == [wanted]


async def test_who_has_it_is_offered_assigned_and_claims(queue: HandoffQueue) -> None:
    await queue.heartbeat(EXPIRED)
    await queue.heartbeat(QUALIFIED)
    offer = await queue.offer(PATIENCE)
    assert offer is not None
    assert offer.agent == "good"
    await queue.put_back(offer)
    claim = await queue.claim("good", ["fund"], 9)
    assert claim is not None
    with pytest.raises(NotQualified):
        await queue.assign(claim.conversation_id, claim.fence, "expired", "good")
    await queue.put_back(claim)
    assert (await queue.assign(claim.conversation_id, 0, "good", "gu")).agent == "good"


async def test_a_supervisor_claims_the_next_who_may_be_served(queue: HandoffQueue) -> None:
    for number in range(150):
        await queue.enqueue(about_funds(f"fund{number}"))
    last = queued("last")
    await queue.enqueue(last)
    claim = await queue.claim("gu", [EVERY], 9, barred={"fund"})
    assert claim is not None
    assert claim.conversation_id == last.id
    assert await queue.claim("gu", [EVERY], 9, barred={"fund"}) is None


async def test_a_renewed_qualification_holds_from_the_next_heartbeat(queue: HandoffQueue) -> None:
    await queue.heartbeat(EXPIRED)
    assert [one.barred for one in await queue.roster()] == [{"fund"}]
    renewed = replace(EXPIRED, qualifications=QUALIFIED.qualifications)
    await queue.heartbeat(renewed)
    assert [one.barred for one in await queue.roster()] == [{"insurance"}]
    assert await queue.offer(PATIENCE) is not None


async def test_what_is_rerouted_waits_in_the_other_group_at_its_old_place(
    queue: HandoffQueue,
) -> None:
    first = about_funds("a").id
    await queue.enqueue(queued("b"))
    (before,) = await queue.waiting("fund")
    assert not await queue.reroute(first, "insurance", "general")
    assert await queue.reroute(first, "fund", "general")
    assert not await queue.reroute(first, "fund", "general")
    there = await queue.waiting("general")
    assert [one.conversation_id for one in there] == [first, queued("b").id]
    assert there[0] == replace(before, group="general")
    assert await queue.waiting("fund") == []
    # The same handoff told again stays where it was put.
    assert (await queue.enqueue(about_funds("a"))).group == "general"
    claim = await queue.claim("zhou", ["general"], 9)
    assert claim is not None
    assert not await queue.reroute(first, "general", "fund")
