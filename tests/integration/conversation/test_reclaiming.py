"""Taking over a dead worker's tickets on a real server, however many others are in work."""

from __future__ import annotations

import asyncio
from typing import Any

from redis.asyncio import Redis

from conversation.conversation import Customer, conversation_id
from conversation.ports import Ticket
from conversation.redis_turns import RedisTurns

_MANY = 400
_STREAM = "yq:{turns:0}:stream"


async def test_an_orphan_behind_many_tickets_in_work_is_found(redis_client: Redis) -> None:
    living = RedisTurns(redis_client, "living", partitions=1)
    for number in range(_MANY):
        await living.put(conversation_id(Customer("web", f"v{number}").key, 1))
    await redis_client.xgroup_create(_STREAM, "workers", id="0")
    read: Any = await redis_client.xreadgroup("workers", "dead", {_STREAM: ">"}, count=_MANY)
    [[_, entries]] = read
    last, fields = entries[-1]
    # Nobody has touched it for an hour; the others were read just now.
    await redis_client.xclaim(_STREAM, "workers", "dead", 0, [last], idle=3_600_000)
    heir = RedisTurns(redis_client, "heir", partitions=1, lease_seconds=600)
    found: list[Ticket] = []
    async with asyncio.timeout(60):
        async for ticket in heir.take():
            found.append(ticket)
            break
    assert (found[0].id, found[0].conversation_id) == (last, fields["c"])
