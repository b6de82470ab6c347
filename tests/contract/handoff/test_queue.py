"""The queue's contract, for the double and for the real server alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis
from redis.crc import key_slot

from conversation.conversation import Reason
from conversation.errors import StoreUnavailable
from handoff.errors import AtLimit
from handoff.memory_queue import MemoryHandoffQueue
from handoff.queue import EVERY, Claim, HandoffQueue
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing
from tests.unit.handoff.people import queued
from tests.unit.handoff.room import LIN, ZHOU

ROUTING = Routing.load()
ALL = ("general", "complaints", "fraud")


@dataclass(frozen=True)
class Rig:
    """A queue, and a way to let an agent's leases run out without waiting."""

    queue: HandoffQueue
    let_expire: Callable[[str], Awaitable[None]]


@pytest.fixture(params=["memory", "redis", "cluster"])
def rig(request: pytest.FixtureRequest, redis_client: Redis) -> Rig:
    """Return an empty queue of each make."""
    return _memory_rig() if request.param == "memory" else _redis_rig(redis_client)


def _redis_rig(client: Redis) -> Rig:
    at_once = RedisHandoffQueue(client, ROUTING, lease_seconds=0)

    async def let_expire(agent: str) -> None:
        await at_once.renew(agent)

    return Rig(RedisHandoffQueue(client, ROUTING), let_expire)


def _memory_rig() -> Rig:
    now = [datetime.now(UTC)]

    double = MemoryHandoffQueue(ROUTING, lambda: now[0])

    async def let_expire(agent: str) -> None:
        now[0] += timedelta(seconds=91)
        for other in {claim.agent for claim in await double.held()} - {agent}:
            await double.renew(other)

    return Rig(double, let_expire)


@pytest.fixture
def queue(rig: Rig) -> HandoffQueue:
    """Return the rig's queue."""
    return rig.queue


async def claimed(queue: HandoffQueue, agent: str, groups: tuple[str, ...] = ALL) -> Claim:
    """Claim something; it must be there."""
    claim = await queue.claim(agent, groups, 5)
    assert claim is not None
    return claim


async def test_a_place_counts_from_one_within_the_group(queue: HandoffQueue) -> None:
    first, second = queued("a"), queued("b")
    complaint = queued("c", Reason.COMPLAINT)
    assert (await queue.enqueue(first)).position == 1
    place = await queue.enqueue(second)
    assert (place.group, place.priority, place.position) == ("general", 4, 2)
    assert (await queue.enqueue(complaint)).position == 1
    assert await queue.place(second.id) == place


async def test_enqueueing_again_changes_nothing(queue: HandoffQueue) -> None:
    first, second = queued("a"), queued("b")
    place = await queue.enqueue(first)
    await queue.enqueue(second)
    assert await queue.enqueue(first) == place
    assert [w.conversation_id for w in await queue.waiting()] == [first.id, second.id]


async def test_a_conversation_without_a_reason_waits_as_a_request_for_a_person(
    queue: HandoffQueue,
) -> None:
    place = await queue.enqueue(queued("a", None))
    assert (place.group, place.priority) == ("general", 4)


async def test_the_line_shows_reason_trigger_channel_and_since(queue: HandoffQueue) -> None:
    await queue.enqueue(queued("a", Reason.FRAUD, trigger="我被骗了" + "啊" * 200))
    (waiting,) = await queue.waiting()
    assert (waiting.reason, waiting.channel, waiting.priority) == ("fraud", "web", 1)
    assert waiting.trigger.startswith("我被骗了")
    assert len(waiting.trigger) == 80
    assert abs(waiting.since - datetime.now(UTC)) < timedelta(minutes=5)


async def test_the_line_can_be_read_by_group_and_cut(queue: HandoffQueue) -> None:
    for name in "abc":
        await queue.enqueue(queued(name))
    await queue.enqueue(queued("d", Reason.FRAUD))
    assert len(await queue.waiting("general")) == 3
    assert len(await queue.waiting(limit=2)) == 2
    assert await queue.waiting("complaints") == []
    assert await queue.lengths() == {1: 1, 4: 3}


async def test_the_most_urgent_is_claimed_first_then_the_longest_waiting(
    queue: HandoffQueue,
) -> None:
    order = [
        queued("unable", Reason.BOT_UNABLE),
        queued("human", Reason.HUMAN),
        queued("transaction", Reason.TRANSACTION),
        queued("complaint", Reason.COMPLAINT),
        queued("elderly", Reason.ELDERLY),
        queued("fraud", Reason.FRAUD),
    ]
    for conversation in order:
        await queue.enqueue(conversation)
    claims = [await queue.claim("zhou", ALL, 9) for _ in order]
    reasons = [claim.reason for claim in claims if claim]
    assert reasons == ["fraud", "complaint", "elderly", "transaction", "human", "bot_unable"]
    assert await queue.claim("zhou", ALL, 9) is None


async def test_fences_grow(queue: HandoffQueue) -> None:
    for name in "abc":
        await queue.enqueue(queued(name))
    fences = [(await claimed(queue, agent)).fence for agent in ("zhou", "lin", "zhou")]
    assert fences == sorted(set(fences))
    assert fences[0] >= 1


async def test_only_the_agents_groups_are_claimed(queue: HandoffQueue) -> None:
    complaint = queued("a", Reason.COMPLAINT)
    await queue.enqueue(complaint)
    assert await queue.claim("zhou", ["general"], 5) is None
    assert await queue.claim("zhou", ["general"], 5, complaint.id) is None
    assert await queue.claim("zhou", [], 5) is None
    claim = await queue.claim("lin", ["complaints"], 5)
    assert claim is not None
    assert (claim.conversation_id, claim.agent) == (complaint.id, "lin")


async def test_every_group_is_claimed_at_once_even_one_that_is_forgotten(
    queue: HandoffQueue,
) -> None:
    await queue.enqueue(queued("a"))
    complaint, fraud = queued("b", Reason.COMPLAINT), queued("c", Reason.FRAUD)
    await queue.enqueue(complaint)
    await queue.enqueue(fraud)
    claims = [
        await queue.claim("gu", [EVERY], 5, complaint.id),
        await queue.claim("gu", [EVERY], 5),
        await queue.claim("gu", [EVERY], 5),
    ]
    assert [claim.reason for claim in claims if claim] == ["complaint", "fraud", "human"]


async def test_a_named_conversation_is_claimed_past_the_line(queue: HandoffQueue) -> None:
    first, second = queued("a"), queued("b")
    await queue.enqueue(first)
    await queue.enqueue(second)
    claim = await queue.claim("zhou", ALL, 5, second.id)
    assert claim is not None
    assert claim.conversation_id == second.id
    assert await queue.claim("lin", ALL, 5, second.id) is None
    assert await queue.claim("lin", ALL, 5, "0" * 16 + "-1") is None


async def test_the_load_limit_holds_until_a_release(queue: HandoffQueue) -> None:
    for name in "ab":
        await queue.enqueue(queued(name))
    claim = await queue.claim("zhou", ALL, 1)
    assert claim is not None
    with pytest.raises(AtLimit):
        await queue.claim("zhou", ALL, 1)
    assert await queue.release(claim)
    assert await queue.claim("zhou", ALL, 1) is not None


async def test_agents_who_claim_at_once_never_get_the_same(queue: HandoffQueue) -> None:
    for number in range(20):
        await queue.enqueue(queued(f"c{number}"))
    claims = await asyncio.gather(
        *(queue.claim(f"agent{number % 7}", ALL, 9) for number in range(30))
    )
    got = [claim.conversation_id for claim in claims if claim]
    assert len(got) == len(set(got)) == 20
    assert len(await queue.held()) == 20


async def test_a_released_conversation_is_gone_and_its_epoch_is_remembered(
    queue: HandoffQueue,
) -> None:
    conversation = queued("a")
    await queue.enqueue(conversation)
    claim = await claimed(queue, "zhou")
    assert await queue.release(claim)
    assert not await queue.release(claim)
    assert (await queue.enqueue(conversation)).position == 1
    assert await queue.waiting() == []
    await queue.enqueue(replace(conversation, epoch=6))
    assert len(await queue.waiting()) == 1


async def test_enqueueing_what_is_being_served_changes_nothing(queue: HandoffQueue) -> None:
    conversation = queued("a")
    await queue.enqueue(conversation)
    claim = await claimed(queue, "zhou")
    await queue.enqueue(conversation)
    assert await queue.place(conversation.id) is None
    assert await queue.held("zhou") == [claim]


async def test_a_greater_epoch_ends_the_claim(queue: HandoffQueue) -> None:
    conversation = queued("a")
    await queue.enqueue(conversation)
    claim = await claimed(queue, "zhou")
    await queue.enqueue(replace(conversation, epoch=4))
    assert await queue.held("zhou") == []
    assert not await queue.release(claim)
    assert (await claimed(queue, "lin")).fence > claim.fence


async def test_a_greater_epoch_keeps_the_place_in_line(queue: HandoffQueue) -> None:
    first, second = queued("a"), queued("b")
    await queue.enqueue(first)
    await queue.enqueue(second)
    assert (await queue.enqueue(replace(first, epoch=8))).position == 1


async def test_withdrawing_takes_out_of_the_line_but_not_from_an_agent(
    queue: HandoffQueue,
) -> None:
    gone, served = queued("a"), queued("b")
    await queue.enqueue(served)
    claim = await claimed(queue, "zhou")
    await queue.enqueue(gone)
    await queue.withdraw(gone.id)
    await queue.withdraw(gone.id)
    await queue.withdraw(served.id)
    await queue.withdraw("0" * 16 + "-1")
    assert await queue.waiting() == []
    assert await queue.place(gone.id) is None
    assert await queue.held() == [claim]


async def test_what_was_put_back_waits_at_its_old_place(queue: HandoffQueue) -> None:
    first, second = queued("a"), queued("b")
    await queue.enqueue(first)
    since = (await queue.waiting())[0].since
    claim = await claimed(queue, "zhou")
    await queue.enqueue(second)
    assert await queue.put_back(claim)
    assert not await queue.put_back(claim)
    line = await queue.waiting()
    assert [w.conversation_id for w in line] == [first.id, second.id]
    assert line[0].since == since


async def test_expired_claims_go_back_to_their_old_place(rig: Rig) -> None:
    queue = rig.queue
    first, second, third = queued("a"), queued("b"), queued("c")
    for conversation in (first, second):
        await queue.enqueue(conversation)
    lost = await claimed(queue, "zhou")
    kept = await claimed(queue, "lin")
    await queue.enqueue(third)
    assert await queue.reap() == []
    await rig.let_expire("zhou")
    assert [claim.fence for claim in await queue.reap()] == [lost.fence]
    assert await queue.reap() == []
    assert [w.conversation_id for w in await queue.waiting()] == [first.id, third.id]
    assert [claim.fence for claim in await queue.held()] == [kept.fence]
    assert not await queue.release(lost)
    assert (await claimed(queue, "lin")).fence > kept.fence


async def test_a_renewed_claim_is_not_reaped(rig: Rig) -> None:
    queue = rig.queue
    await queue.enqueue(queued("a"))
    claim = await claimed(queue, "zhou")
    await rig.let_expire("zhou")
    (renewed,) = await queue.renew("zhou")
    assert renewed.fence == claim.fence
    assert renewed.expires_at >= claim.expires_at
    assert await queue.reap() == []
    assert await queue.renew("lin") == []


async def test_presence(queue: HandoffQueue) -> None:
    assert await queue.present() == []
    for account in (ZHOU, LIN, ZHOU):
        await queue.heartbeat(account)
    assert await queue.present() == ["lin", "zhou"]


async def test_every_key_lies_in_one_slot(redis_client: Redis) -> None:
    queue = RedisHandoffQueue(redis_client, ROUTING)
    await queue.enqueue(queued("a"))
    await queue.enqueue(queued("b", Reason.FRAUD))
    await queue.heartbeat(ZHOU)
    await claimed(queue, "zhou")
    keys = await redis_client.keys("*")
    assert len(keys) >= 8
    assert len({key_slot(str(key).encode()) for key in keys}) == 1


async def test_a_server_that_is_down_is_said_so() -> None:
    async with Redis(port=1, decode_responses=True) as client:
        with pytest.raises(StoreUnavailable):
            await RedisHandoffQueue(client, ROUTING).waiting()


async def test_lengths_follow_every_way_in_and_out(queue: HandoffQueue) -> None:
    conversation = queued("a")
    await queue.enqueue(conversation)
    await queue.enqueue(queued("a", Reason.COMPLAINT, epoch=4))
    assert await queue.lengths() == {2: 1}
    claim = await claimed(queue, "zhou")
    assert await queue.lengths() == {}
    await queue.put_back(claim)
    assert await queue.lengths() == {2: 1}
    again = await claimed(queue, "zhou")
    await queue.transfer(again, "fraud", 6)
    assert await queue.lengths() == {2: 1}
    await queue.withdraw(conversation.id)
    await queue.withdraw(conversation.id)
    assert await queue.lengths() == {}


async def test_a_pace_gives_an_estimate(queue: HandoffQueue) -> None:
    for name in "abcd":
        await queue.enqueue(queued(name))
    last = queued("d")
    place = await queue.place(last.id)
    assert place is not None
    assert place.wait is None
    for _ in range(3):
        await claimed(queue, "zhou")
    place = await queue.place(last.id)
    assert place is not None
    assert place.wait is not None
    assert timedelta(0) <= place.wait < timedelta(minutes=5)


async def test_a_group_that_never_closes_is_open(queue: HandoffQueue) -> None:
    assert (await queue.enqueue(queued("a", Reason.FRAUD))).opens is None
