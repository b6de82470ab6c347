"""Where customers stand whose clients keep no cursor of their own."""

from __future__ import annotations

from typing import Protocol

from connectors.outbox import Cursor
from conversation.conversation import Customer


class Places(Protocol):
    """The last entry of a customer's log that a client of theirs is known to have.

    `client` names the kind of client. Raises `StoreUnavailable`.
    """

    async def reached(self, client: str, customer: Customer) -> Cursor | None:
        """Return the place, None when there is none (any more)."""

    async def reach(self, client: str, customer: Customer, cursor: Cursor) -> None:
        """Keep a place."""
