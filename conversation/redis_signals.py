"""`Signals` on a Redis-protocol server, in the customer's slot; all of them go by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversation.conversation import split_id
from conversation.redis_cluster import together
from conversation.redis_scripts import Scripts, part_key, reachable, wake_channel
from conversation.signals import TYPING_SECONDS, Mark, Side, Signs, order

if TYPE_CHECKING:
    from redis.asyncio import Redis

_KEPT_SECONDS = 86_400


class RedisSignals:
    """Wakes the customer's followers with each sign that tells something new."""

    def __init__(self, client: Redis) -> None:
        """Work through `client`, which must decode responses."""
        self._client = client
        self._scripts = Scripts(client)

    async def type(self, conversation_id: str, side: Side) -> None:
        """See `Signals.type`."""
        key = _typing(conversation_id, side)
        async with reachable():
            known = await self._client.set(key, "1", ex=TYPING_SECONDS, get=True)
            if known is None:
                await self._wake(conversation_id)

    async def said(self, conversation_id: str, side: Side) -> None:
        """See `Signals.said`."""
        async with reachable():
            if await self._client.delete(_typing(conversation_id, side)):
                await self._wake(conversation_id)

    async def _wake(self, conversation_id: str) -> None:
        await self._client.publish(wake_channel(split_id(conversation_id)[0]), "")

    async def mark(self, conversation_id: str, mark: Mark, entry: str) -> None:
        """See `Signals.mark`."""
        order(entry)
        marks = part_key(conversation_id, "marks")
        await self._scripts.run(
            "mark", conversation_id, mark.value, entry, _KEPT_SECONDS, extra=[marks]
        )

    async def of(self, conversation_id: str) -> Signs:
        """See `Signals.of`."""
        key = part_key(conversation_id, "marks")
        asked = [("EXISTS", _typing(conversation_id, side)) for side in Side]
        async with reachable():
            marks, *typing = await together(self._client, key, ("HGETALL", key), *asked)
        sides = frozenset(side for side, there in zip(Side, typing, strict=True) if there)
        return Signs(
            sides, **{mark.value: marks[mark.value] for mark in Mark if mark.value in marks}
        )


def _typing(conversation_id: str, side: Side) -> str:
    return part_key(conversation_id, f"typing:{side.value}")
