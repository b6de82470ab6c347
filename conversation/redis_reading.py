"""What can be asked of the live store on a Redis-protocol server; nothing here changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conversation import codec
from conversation.conversation import Conversation, Customer, conversation_id
from conversation.errors import UnknownConversation
from conversation.message import Message
from conversation.redis_cluster import together
from conversation.redis_scripts import customer_key, part_key, reachable

if TYPE_CHECKING:
    from redis.asyncio import Redis


class RedisReading:
    """The reading half of `Conversations`; every question is about keys of one hash slot."""

    def __init__(self, client: Redis) -> None:
        """Ask through `client`, which must decode responses."""
        self._client = client

    async def current(self, customer: Customer) -> Conversation | None:
        """See `Conversations.current`."""
        return await self._held(customer, await self._latest(customer))

    async def _latest(self, customer: Customer) -> int:
        """Return the number of the customer's latest conversation, 0 when there was none."""
        async with reachable():
            return int(await self._client.hget(customer_key(customer.key), "n") or 0)

    async def _held(self, customer: Customer, number: int) -> Conversation | None:
        if not number:
            return None
        try:
            return await self.get(conversation_id(customer.key, number))
        except UnknownConversation:
            # Archived and expired.
            return None

    async def get(self, conversation_id: str) -> Conversation:
        """See `Conversations.get`."""
        key = part_key(conversation_id, "state")
        shown = part_key(conversation_id, "notices")
        async with reachable():
            state, notices = await together(self._client, key, ("HGETALL", key), ("HGETALL", shown))
        if "owner" not in state:
            raise UnknownConversation
        return codec.conversation_of_hashes(conversation_id, state, notices)

    async def log(
        self, conversation_id: str, *, after: str = "0-0", limit: int = 500
    ) -> list[Message]:
        """See `Conversations.log`."""
        async with reachable():
            entries: Any = await self._client.xrange(
                part_key(conversation_id, "log"), min=f"({after}", count=limit
            )
        return [codec.message_of_body(conversation_id, key, body["m"]) for key, body in entries]

    async def mailbox(self, conversation_id: str) -> list[Message]:
        """See `Conversations.mailbox`."""
        async with reachable():
            ids = await self._client.lrange(part_key(conversation_id, "mailbox"), 0, 99)
            if not ids:
                return []
            entries: Any = await self._client.xrange(
                part_key(conversation_id, "log"), min=ids[0], max=ids[-1]
            )
        wanted = set(ids)
        return [
            codec.message_of_body(conversation_id, key, body["m"])
            for key, body in entries
            if key in wanted
        ]
