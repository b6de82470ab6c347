"""The live store's two shapes: one server, and a cluster."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from yinqiao.live_store import open_redis


@pytest.fixture
async def redis_client(request: pytest.FixtureRequest, valkey_url: str) -> AsyncIterator[Redis]:
    """Yield a client of an empty server; of an empty cluster for what is tested on `cluster`."""
    variant = getattr(request.node, "callspec", None)
    clustered = variant and "cluster" in variant.params.values()
    url = request.getfixturevalue("valkey_cluster").url if clustered else valkey_url
    async with open_redis(url) as client:
        await client.flushall()
        yield client
