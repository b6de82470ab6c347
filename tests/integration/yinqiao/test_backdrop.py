"""What the desk shows of a customer, from the real records and the real channel."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.actions.manners import Manners
from connectors.wechat.quota import Deed
from connectors.wechat.redis_deliveries import CHANNEL, RedisDeliveries
from conversation.archive import Archived
from conversation.conversation import Conversation, Customer, Owner
from conversation.memory_archive import MemoryArchive
from conversation.message import Kind, Message, Sender
from handoff.mood import Heard, Mood, MoodRules
from handoff.tickets.memory_store import MemoryTickets
from yinqiao.backdrop import GatheredBackdrops

NOW = datetime.now(UTC)
ANNA = Customer(CHANNEL, "anna")
RULES = Manners.load(), MoodRules.load()


def third(customer: Customer) -> Conversation:
    """Return a customer's third conversation."""
    return Conversation(f"{customer.key}-3", customer, Owner.AGENT, 3, NOW, NOW)


@pytest.fixture
def archive() -> MemoryArchive:
    """Return an archive with a conversation of Anna's."""
    made = MemoryArchive()
    made.put(Archived(f"{ANNA.key}-2", ANNA, NOW, NOW, "silence", ()))
    return made


async def test_earlier_conversations_mood_and_what_wechat_still_carries(
    archive: MemoryArchive, redis_client: Redis
) -> None:
    deliveries = RedisDeliveries(redis_client, "app")
    await deliveries.arrived(ANNA, Deed.MESSAGE, int(NOW.timestamp()), "m1")
    backdrops = GatheredBackdrops(
        archive, MemoryTickets(), Manners.load(), MoodRules.load(), {CHANNEL: deliveries}
    )
    known = await backdrops.of(third(ANNA), [Heard("气死我了"), Heard("说了几遍了")])
    (earlier,) = known.earlier
    assert (earlier.number, earlier.closed_by) == (2, "silence")
    assert known.reading.mood is Mood.ANGRY
    assert known.left is not None
    assert (known.left.messages, known.left.kept) == (5, 0)
    assert known.left.until is not None


async def test_an_earlier_log_is_the_same_customers(
    archive: MemoryArchive, redis_client: Redis
) -> None:
    said = Message("5-0", f"{ANNA.key}-2", Sender.CUSTOMER, Kind.TEXT, "上次的事")
    archive.put(Archived(f"{ANNA.key}-2", ANNA, NOW, NOW, "silence", (said,)))
    deliveries = RedisDeliveries(redis_client, "app")
    backdrops = GatheredBackdrops(
        archive, MemoryTickets(), Manners.load(), MoodRules.load(), {CHANNEL: deliveries}
    )
    assert list(await backdrops.log(third(ANNA), 2)) == [said]
    assert await backdrops.log(third(ANNA), 1) == ()
    assert await backdrops.log(third(Customer("web", "bert")), 2) == ()


async def test_a_channel_without_limits_shows_none(
    archive: MemoryArchive, redis_client: Redis
) -> None:
    deliveries = RedisDeliveries(redis_client, "app")
    backdrops = GatheredBackdrops(
        archive, MemoryTickets(), Manners.load(), MoodRules.load(), {CHANNEL: deliveries}
    )
    known = await backdrops.of(third(Customer("web", "bert")), [Heard("您好")])
    assert (known.left, known.earlier, known.tickets) == (None, (), ())
    assert known.reading.mood is Mood.CALM
