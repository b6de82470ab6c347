"""`LiveRecords` on a Redis-protocol server."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING

from conversation.conversation import Conversation, Owner, conversation_id
from conversation.errors import OwnerChanged, UnknownConversation
from conversation.redis_scripts import customer_key as hash_of
from conversation.redis_scripts import part_key, reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from conversation.redis_store import RedisConversations

_PERSONAL = ("channel", "id", "profile")
# Numbers are given in order and go in about the same order: this many gaps end the look back.
_GAPS = 50


class RedisLiveRecords:
    """What the store's keys hold of a customer; all of them lie in one hash slot."""

    def __init__(self, client: Redis, conversations: RedisConversations) -> None:
        """Work through the client that `conversations` works through."""
        self._client = client
        self._conversations = conversations

    async def of_customer(self, customer_key: str) -> list[Conversation]:
        """See `LiveRecords.of_customer`."""
        async with reachable():
            number = int(await self._client.hget(hash_of(customer_key), "n") or 0)
        found: list[Conversation] = []
        gaps = 0
        while number and gaps < _GAPS:
            held = await self._get(conversation_id(customer_key, number))
            found += [held] if held else []
            gaps = 0 if held else gaps + 1
            number -= 1
        return found[::-1]

    async def forget(self, customer_key: str, conversation_ids: Collection[str]) -> None:
        """See `LiveRecords.forget`."""
        held = [found for one in conversation_ids if (found := await self._get(one))]
        if any(one.owner is not Owner.CLOSED for one in held):
            raise OwnerChanged
        for one in held:
            with contextlib.suppress(UnknownConversation):
                await self._conversations.expire(one.id, timedelta(0))
        async with reachable():
            keys = [part_key(one, part) for one in conversation_ids for part in ("lease", "marks")]
            keys += [_tracker(one) for one in conversation_ids]
            for key in keys:
                await self._client.delete(key)
            # The count of conversations stays: see `expire.lua`.
            await self._client.hdel(hash_of(customer_key), *_PERSONAL)

    async def _get(self, name: str) -> Conversation | None:
        try:
            return await self._conversations.get(name)
        except UnknownConversation:
            return None


async def forget_tracker(client: Redis, conversation: str) -> None:
    """Remove Rasa's tracker of a conversation; raises `StoreUnavailable`."""
    async with reachable():
        await client.delete(_tracker(conversation))


def _tracker(conversation: str) -> str:
    """Return where Rasa's tracker store keeps a conversation (`bot.components.tracker_store`)."""
    return f"yq:{{{conversation}}}:tracker"
