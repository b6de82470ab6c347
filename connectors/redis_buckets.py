"""`Buckets` on a Redis-protocol server: one script, one key, which leaves by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from connectors.limits import Rate
from conversation.redis_scripts import reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis

_TAKE = Path(__file__).parent / "lua" / "take.lua"


class RedisBuckets:
    """The server's clock counts, so replicas need not agree on the time."""

    def __init__(self, client: Redis) -> None:
        """Work through `client`; nothing is sent yet."""
        self._take = client.register_script(_TAKE.read_text("utf-8"))

    async def take(self, bucket: str, rate: Rate) -> float:
        """See `Buckets.take`."""
        each = rate.seconds * 1000 / rate.amount
        async with reachable():
            wait = await self._take(keys=[f"yq:limit:{bucket}"], args=[each, rate.amount])
        return int(wait) / 1000
