"""Decisions on complaints, sent to the customer where a channel reaches them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from conversation.archive import Archive
from conversation.conversation import Customer
from conversation.errors import Blocked, UnknownConversation
from conversation.house import House
from handoff.tickets.ticket import Ticket

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SentReplies:
    """`handoff.tickets.letters.Letters` on the live store, through the gate.

    The words lie in the customer's open conversation, or in a new one: whoever comes back finds
    them, and a channel that follows the log delivers them as soon as it may.
    """

    house: House
    archive: Archive

    async def reply(self, ticket: Ticket, parts: Mapping[str, str], name: str) -> bool:
        """See `Letters.reply`."""
        customer = await self._customer(ticket)
        if customer is None:
            return False
        reply = "\n".join(f"{title}：{text}" for title, text in parts.items())
        draft = self.house.utterances.draft("complaint_replied", number=ticket.number, reply=reply)
        try:
            while True:
                conversation = await self.house.conversations.open(customer)
                if await self.house.tell(conversation.id, draft, once=name):
                    return True
        except Blocked:
            _LOG.exception("a reply was blocked", extra={"ticket": ticket.number})
            return False

    async def _customer(self, ticket: Ticket) -> Customer | None:
        """Return who complained: the ticket itself holds only a key that leads nowhere."""
        for identifier in reversed(ticket.conversations):
            try:
                return (await self.house.conversations.get(identifier)).customer
            except UnknownConversation:
                archived = await asyncio.to_thread(self.archive.get, identifier)
            if archived:
                return archived.customer
        return None
