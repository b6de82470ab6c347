"""Signs between customer and staff, on the double and on a real server alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from conversation.approved import Seal
from conversation.conversation import Customer
from conversation.memory import MemoryConversations
from conversation.memory_signals import MemorySignals
from conversation.ports import Conversations
from conversation.redis_signals import RedisSignals
from conversation.redis_store import RedisConversations
from conversation.redis_wake import Wake
from conversation.signals import Mark, Side, Signals, Signs
from tests.contract.conversation.conftest import ended

ANNA = Customer("web", "anna")
NAME = f"{ANNA.key}-1"
OTHER = f"{ANNA.key}-2"


@pytest.fixture(params=["memory", "redis", "cluster"])
async def made(
    request: pytest.FixtureRequest, redis_client: Redis
) -> AsyncIterator[tuple[Signals, Conversations]]:
    """Yield each make, with the conversations whose followers it wakes."""
    if request.param == "memory":
        memory = MemoryConversations(Seal())
        yield MemorySignals(memory.wake), memory
        return
    wake = Wake(redis_client, patience=60)
    listening = asyncio.create_task(wake.run())
    yield RedisSignals(redis_client), RedisConversations(redis_client, Seal(), wake)
    await ended(listening)


@pytest.fixture
def signals(made: tuple[Signals, Conversations]) -> Signals:
    """Return the signals alone."""
    return made[0]


async def test_nothing_is_known_at_first(signals: Signals) -> None:
    assert await signals.of(NAME) == Signs()


async def test_each_side_types_for_itself(signals: Signals) -> None:
    await signals.type(NAME, Side.CUSTOMER)
    assert (await signals.of(NAME)).typing == {Side.CUSTOMER}
    await signals.type(NAME, Side.STAFF)
    assert (await signals.of(NAME)).typing == {Side.CUSTOMER, Side.STAFF}
    assert await signals.of(OTHER) == Signs()


async def test_who_has_said_it_types_no_more(signals: Signals) -> None:
    for side in Side:
        await signals.type(NAME, side)
    await signals.said(NAME, Side.STAFF)
    assert (await signals.of(NAME)).typing == {Side.CUSTOMER}
    await signals.said(NAME, Side.STAFF)


async def test_a_mark_never_goes_back(signals: Signals) -> None:
    for entry in ("9-9", "10-2", "10-10", "10-9", "2-0"):
        await signals.mark(NAME, Mark.READ, entry)
    await signals.mark(NAME, Mark.DELIVERED, "11-0")
    await signals.mark(NAME, Mark.READ_BY_STAFF, "7-0")
    assert await signals.of(NAME) == Signs(frozenset(), "11-0", "10-10", "7-0")


@pytest.mark.parametrize("entry", ["", "x", "1-", "1-x"])
async def test_what_is_no_entry_is_no_mark(signals: Signals, entry: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await signals.mark(NAME, Mark.READ, entry)


async def test_a_sign_wakes_who_follows_the_customer(
    made: tuple[Signals, Conversations],
) -> None:
    signals, conversations = made
    woken = conversations.follow(ANNA.key)
    await anext(woken)
    deeds = (
        signals.type(NAME, Side.CUSTOMER),
        signals.mark(NAME, Mark.READ, "5-0"),
        signals.said(NAME, Side.CUSTOMER),
    )
    for deed in deeds:
        waiting = asyncio.ensure_future(anext(woken))
        await deed
        async with asyncio.timeout(4):
            await waiting
    await woken.aclose()  # type: ignore[attr-defined]


async def test_signs_go_by_themselves(redis_client: Redis) -> None:
    signals = RedisSignals(redis_client)
    await signals.type(NAME, Side.CUSTOMER)
    await signals.mark(NAME, Mark.READ, "5-0")
    keys = [key async for key in redis_client.scan_iter()]
    assert len(keys) == 2
    for key in keys:
        assert await redis_client.ttl(key) > 0
