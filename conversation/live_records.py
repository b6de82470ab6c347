"""The live store as rights and retention see it: what it still holds of a customer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from conversation.conversation import Conversation


class LiveRecords(Protocol):
    """What the live store holds. Raises `StoreUnavailable` when it does not answer.

    Every call is safe to repeat.
    """

    async def of_customer(self, customer_key: str) -> list[Conversation]:
        """Return the customer's conversations that are still held, the first opened first."""

    async def forget(self, customer_key: str, conversation_ids: Collection[str]) -> None:
        """Remove closed conversations, and who the customer is.

        What they were called is never used again. Raises `OwnerChanged`, having changed nothing,
        when one of them is open.
        """
