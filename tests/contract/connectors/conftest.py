"""The doubles in memory, and a real Valkey."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from connectors.identity import Once
from connectors.limits import Buckets
from connectors.memory import MemoryBuckets, MemoryOnce, MemoryPlaces
from connectors.places import Places
from connectors.redis_buckets import RedisBuckets
from connectors.redis_once import RedisOnce
from connectors.redis_places import RedisPlaces


@dataclass
class Shelf:
    """What channels keep."""

    buckets: Buckets
    once: Once
    places: Places


@pytest.fixture(params=["memory", "valkey", "cluster"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Return the doubles, then the real ones."""
    if request.param == "memory":
        return Shelf(MemoryBuckets(), MemoryOnce(), MemoryPlaces())
    client: Redis = request.getfixturevalue("redis_client")
    return Shelf(RedisBuckets(client), RedisOnce(client), RedisPlaces(client))
