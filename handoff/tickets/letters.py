"""How a decision reaches the customer besides the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from handoff.tickets.ticket import Ticket


class Letters(Protocol):
    """The customer's channels. Raises `Unavailable`; it is then asked again."""

    async def reply(self, ticket: Ticket, parts: Mapping[str, str], name: str) -> bool:
        """Send the parts of a reply, by what they are called and in order, once under a name.

        False when no channel reaches the customer any more, or the gate refuses the words: the
        handler's call remains.
        """
