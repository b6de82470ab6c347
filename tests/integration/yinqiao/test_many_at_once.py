"""More callers than connections: they wait for one another and are all served."""

from __future__ import annotations

import asyncio

from yinqiao.live_store import open_redis

_CALLERS = 400


async def test_a_crowd_at_the_live_store_waits_its_turn(valkey_url: str) -> None:
    redis = open_redis(valkey_url)
    try:
        answers = await asyncio.gather(*(redis.ping() for _ in range(_CALLERS)))
    finally:
        await redis.aclose()
    assert answers == [True] * _CALLERS
