"""`Once` on a Redis-protocol server."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conversation.redis_scripts import reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class RedisOnce:
    """Names are kept as hashes: they are others' words, of any length."""

    client: Redis

    async def first(self, name: str, seconds: int) -> bool:
        """See `Once.first`."""
        mark = hashlib.sha256(name.encode()).hexdigest()
        async with reachable():
            return bool(await self.client.set(f"yq:once:{mark}", "1", nx=True, ex=seconds))
