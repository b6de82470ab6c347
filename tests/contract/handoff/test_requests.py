"""The contract of `Requests`, for the double and for the real server alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from conversation.errors import StoreUnavailable
from handoff.memory_requests import MemoryRequests
from handoff.redis_requests import RedisRequests
from handoff.releases import ReleaseRequest, Requests

ONE = ReleaseRequest("a" * 16 + "-1", 3, "zhou", "周晓", "这款最好", ("最好",))
OTHER = replace(ONE, conversation_id="b" * 16 + "-1")


@pytest.fixture(params=["memory", "redis", "cluster"])
def requests(request: pytest.FixtureRequest, redis_client: Redis) -> Requests:
    """Return an empty shelf of each make."""
    return MemoryRequests() if request.param == "memory" else RedisRequests(redis_client)


async def test_the_later_request_of_a_conversation_counts(requests: Requests) -> None:
    later = replace(ONE, text="这款较好")
    for one in (OTHER, ONE, later):
        await requests.put(one)
    assert await requests.all() == [later, OTHER]


async def test_a_request_is_taken_once(requests: Requests) -> None:
    await requests.put(ONE)
    taken = await asyncio.gather(*(requests.take(ONE.conversation_id) for _ in range(5)))
    assert [one for one in taken if one] == [ONE]
    assert await requests.all() == []


async def test_a_server_that_is_down_is_said_so() -> None:
    async with Redis(port=1, decode_responses=True) as client:
        with pytest.raises(StoreUnavailable):
            await RedisRequests(client).all()
