"""The durable state of deliveries: one replica at a time, and no allowance twice."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from connectors.outbox import Cursor
from connectors.wechat.errors import HoldLost
from connectors.wechat.ports import Hold, Place, Trouble
from connectors.wechat.quota import Deed
from connectors.wechat.redis_deliveries import CHANNEL, RedisDeliveries
from conversation.conversation import Customer

ANNA = Customer(CHANNEL, "anna")
NOW = 1_700_000_000
THERE = Place(Cursor(1, (5, 0)), 2)


@pytest.fixture
def deliveries(redis_client: Redis) -> RedisDeliveries:
    """Return the state on an empty server."""
    return RedisDeliveries(redis_client, "wx")


async def taken(deliveries: RedisDeliveries) -> Hold:
    hold = await deliveries.take(ANNA)
    assert hold
    return hold


async def expire(redis_client: Redis) -> None:
    """Let the hold end, as time would."""
    assert await redis_client.delete(f"yq:{{{ANNA.key}}}:wechat:hold") == 1


async def test_only_one_replica_has_the_hold(deliveries: RedisDeliveries) -> None:
    hold = await taken(deliveries)
    assert await deliveries.take(ANNA) is None
    await deliveries.let_go(hold, settled=False)
    assert await deliveries.take(ANNA) is not None


async def test_whoever_lost_the_hold_changes_nothing(
    deliveries: RedisDeliveries, redis_client: Redis
) -> None:
    await deliveries.arrived(ANNA, Deed.MESSAGE, NOW, "1")
    late = await taken(deliveries)
    await expire(redis_client)
    await deliveries.delivered(await taken(deliveries), THERE, Deed.MESSAGE)
    steps = (
        deliveries.keep(late),
        deliveries.delivered(late, Place(), Deed.MESSAGE),
        deliveries.note(late, 1, Trouble.QUOTA),
        deliveries.refuse(late),
        deliveries.let_go(late, settled=True),
    )
    for step in steps:
        with pytest.raises(HoldLost):
            await step
    standing = await deliveries.standing(ANNA)
    assert (standing.place, standing.trouble, standing.refused) == (THERE, None, 0)
    assert standing.quota.message.left == 4
    assert await deliveries.followed() == [ANNA]


async def test_a_hold_that_ended_can_be_kept_while_nobody_else_has_it(
    deliveries: RedisDeliveries, redis_client: Redis
) -> None:
    hold = await taken(deliveries)
    await expire(redis_client)
    await deliveries.keep(hold)
    assert await deliveries.take(ANNA) is None


async def test_repeated_and_older_deeds_renew_nothing(deliveries: RedisDeliveries) -> None:
    await deliveries.arrived(ANNA, Deed.MESSAGE, NOW, "2")
    await deliveries.delivered(await taken(deliveries), THERE, Deed.MESSAGE)
    await deliveries.arrived(ANNA, Deed.MESSAGE, NOW, "2")
    await deliveries.arrived(ANNA, Deed.MESSAGE, NOW - 1, "1")
    assert (await deliveries.standing(ANNA)).quota.left(NOW) == 4
    await deliveries.arrived(ANNA, Deed.CLICK, NOW, "3")
    assert (await deliveries.standing(ANNA)).quota.left(NOW) == 7
    await deliveries.arrived(ANNA, Deed.MESSAGE, NOW, "4")
    assert (await deliveries.standing(ANNA)).quota.left(NOW) == 8


async def test_trouble_ends_with_the_customers_next_deed(deliveries: RedisDeliveries) -> None:
    hold = await taken(deliveries)
    await deliveries.note(hold, 2, Trouble.OUT_OF_REACH)
    standing = await deliveries.standing(ANNA)
    assert (standing.waiting, standing.trouble) == (2, Trouble.OUT_OF_REACH)
    await deliveries.arrived(ANNA, Deed.MESSAGE, NOW, "1")
    assert (await deliveries.standing(ANNA)).trouble is None


async def test_a_deed_during_the_hold_keeps_the_customer_followed(
    deliveries: RedisDeliveries,
) -> None:
    await deliveries.arrived(ANNA, Deed.MESSAGE, NOW, "1")
    hold = await taken(deliveries)
    await deliveries.arrived(ANNA, Deed.MESSAGE, NOW, "2")
    await deliveries.let_go(hold, settled=True)
    assert await deliveries.followed() == [ANNA]
    await deliveries.let_go(await taken(deliveries), settled=True)
    assert await deliveries.followed() == []
