"""The in-memory double of what the live store holds of a customer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from conversation.conversation import Conversation, Owner, conversation_id, split_id
from conversation.errors import OwnerChanged, UnknownConversation
from conversation.memory import MemoryConversations


class MemoryLiveRecords:
    """`LiveRecords` on the double of the live store; it looks for numbers up to `most`."""

    def __init__(self, conversations: MemoryConversations, most: int = 100) -> None:
        """Look after what `conversations` holds."""
        self._conversations = conversations
        self._most = most

    async def of_customer(self, customer_key: str) -> list[Conversation]:
        """See `LiveRecords.of_customer`."""
        names = [conversation_id(customer_key, number) for number in range(1, self._most)]
        return [held for name in names if (held := await self._get(name))]

    async def forget(self, customer_key: str, conversation_ids: Collection[str]) -> None:
        """See `LiveRecords.forget`."""
        own = [one for one in conversation_ids if split_id(one)[0] == customer_key]
        held = [found for one in own if (found := await self._get(one))]
        if any(one.owner is not Owner.CLOSED for one in held):
            raise OwnerChanged
        for one in held:
            await self._conversations.expire(one.id, timedelta(0))

    async def _get(self, name: str) -> Conversation | None:
        try:
            return await self._conversations.get(name)
        except UnknownConversation:
            return None
