"""`DeadLetters` on a Redis-protocol server: the stream that `RedisTurns.bury` appends to."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conversation.dead_letters import Letter
from conversation.redis_scripts import reachable
from conversation.redis_turns import DEAD

if TYPE_CHECKING:
    from redis.asyncio import Redis


class RedisDeadLetters:
    """The stream, read whole: it is capped where it is written."""

    def __init__(self, client: Redis) -> None:
        """Work through a decoding client."""
        self._client = client

    async def all(self) -> list[Letter]:
        """See `DeadLetters.all`."""
        async with reachable():
            entries: Any = await self._client.xrange(DEAD)
        return [_letter(entry, fields) for entry, fields in entries]

    async def remove(self, ids: Collection[str]) -> None:
        """See `DeadLetters.remove`."""
        if not ids:
            return
        async with reachable():
            await self._client.xdel(DEAD, *ids)


def _letter(entry: str, fields: dict[str, str]) -> Letter:
    said = json.loads(fields["l"])
    at = datetime.fromtimestamp(int(entry.partition("-")[0]) / 1000, UTC)
    return Letter(entry, said["c"], said["m"], said["why"], at)
