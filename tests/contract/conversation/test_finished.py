"""Which conversations wait to be archived: the same for the Redis turns and for their double."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from conversation.conversation import Customer, conversation_id
from conversation.memory_turns import MemoryTurns
from conversation.ports import Turns
from conversation.redis_turns import RedisTurns

IDS = [conversation_id(Customer("web", str(number)).key, 1) for number in range(6)]


@pytest.fixture(params=["memory", "redis", "cluster"])
def turns(request: pytest.FixtureRequest, redis_client: Redis) -> Turns:
    return MemoryTurns() if request.param == "memory" else RedisTurns(redis_client, "w")


async def test_a_finished_one_waits_and_is_no_longer_watched(turns: Turns) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    await turns.put(IDS[0])
    assert await turns.idle(later) == [IDS[0]]
    await turns.finish(IDS[0])
    assert await turns.idle(later) == []
    assert await turns.finished() == [IDS[0]]
    await turns.archived(IDS[0])
    assert await turns.finished() == []


async def test_the_longest_waiting_comes_first_over_all_partitions(turns: Turns) -> None:
    for identifier in IDS:
        await turns.finish(identifier)
    assert await turns.finished() == IDS
    assert await turns.finished(limit=2) == IDS[:2]
    # Finished again: to the end of the line.
    await turns.finish(IDS[0])
    assert await turns.finished() == [*IDS[1:], IDS[0]]
