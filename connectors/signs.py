"""The customer's signs to the agent: typing, what arrived, what was read."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from connectors.outbox import Cursor, Update
from conversation.conversation import Customer, Owner, conversation_id, split_id
from conversation.errors import Unavailable
from conversation.ports import Conversations
from conversation.signals import Mark, Side, Signals


@dataclass(frozen=True, slots=True)
class CustomerSigns:
    """Leaves signs only where an agent sees them: in the open conversation that one serves.

    A sign that cannot be left is left out: nothing depends on it.
    """

    conversations: Conversations
    signals: Signals

    async def typing(self, customer: Customer) -> None:
        """The customer is typing."""
        with contextlib.suppress(Unavailable):
            if served := await self._served(customer):
                await self.signals.type(served, Side.CUSTOMER)

    async def said(self, conversation: str) -> None:
        """The customer has said what was typed."""
        with contextlib.suppress(Unavailable):
            await self.signals.said(conversation, Side.CUSTOMER)

    async def read(self, customer: Customer, upto: Cursor) -> None:
        """The customer has read up to a place."""
        with contextlib.suppress(Unavailable):
            served = await self._served(customer)
            if served and split_id(served)[1] == upto.number:
                await self.signals.mark(served, Mark.READ, upto.log_entry)

    async def delivered(self, customer: Customer, update: Update) -> None:
        """An update has gone out to the customer's screen."""
        if update.messages and update.status.owner is Owner.AGENT:
            last = Cursor.of(update.messages[-1])
            served = conversation_id(customer.key, last.number)
            with contextlib.suppress(Unavailable):
                await self.signals.mark(served, Mark.DELIVERED, last.log_entry)

    async def _served(self, customer: Customer) -> str | None:
        current = await self.conversations.current(customer)
        return current.id if current and current.owner is Owner.AGENT else None
