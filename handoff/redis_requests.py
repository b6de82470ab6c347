"""`Requests` on a Redis-protocol server: one hash beside the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from conversation.redis_cluster import together
from conversation.redis_scripts import reachable
from handoff.redis_queue import ROOT
from handoff.releases import ReleaseRequest

if TYPE_CHECKING:
    from redis.asyncio import Redis

_KEY = f"{ROOT}:requests"
_REQUEST = TypeAdapter(ReleaseRequest)


class RedisRequests:
    """The real adapter; the client must decode responses."""

    def __init__(self, client: Redis) -> None:
        """Work through `client`."""
        self._client = client

    async def put(self, request: ReleaseRequest) -> None:
        """See `Requests.put`."""
        async with reachable():
            body = _REQUEST.dump_json(request).decode()
            await self._client.hset(_KEY, request.conversation_id, body)

    async def all(self) -> list[ReleaseRequest]:
        """See `Requests.all`."""
        async with reachable():
            held = await self._client.hgetall(_KEY)
        return [_REQUEST.validate_json(held[key]) for key in sorted(held)]

    async def take(self, conversation_id: str) -> ReleaseRequest | None:
        """See `Requests.take`."""
        got, gone = ("HGET", _KEY, conversation_id), ("HDEL", _KEY, conversation_id)
        async with reachable():
            body, _ = await together(self._client, _KEY, got, gone, atomic=True)
        return _REQUEST.validate_json(body) if body else None
