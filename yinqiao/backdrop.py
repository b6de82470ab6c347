"""What the desk shows of a customer, gathered from archive, tickets, channel and bot's manners."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.actions.manners import Manners
from connectors.wechat.ports import Deliveries
from conversation.archive import Archive
from conversation.conversation import Conversation, Customer, conversation_id, split_id
from conversation.message import Message
from handoff.backdrop import Backdrop, Earlier, Left
from handoff.mood import Heard, MoodRules
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.store import TicketStore, Wanted
from yinqiao.wechat import deliveries_of
from yinqiao.wiring import Core


def backdrops_of(core: Core) -> GatheredBackdrops:
    """Return them for one desk."""
    tickets, manners, moods = SqlTickets(core.records), Manners.load(), MoodRules.load()
    return GatheredBackdrops(core.archive, tickets, manners, moods, deliveries_of(core))


@dataclass(frozen=True, slots=True)
class GatheredBackdrops:
    """`Backdrops`; `deliveries` are those of the channels that count messages."""

    archive: Archive
    tickets: TicketStore
    manners: Manners
    moods: MoodRules
    deliveries: Mapping[str, Deliveries] = field(default_factory=dict)

    async def of(self, conversation: Conversation, heard: Sequence[Heard]) -> Backdrop:
        """See `Backdrops.of`."""
        key = conversation.customer.key
        earlier, tickets = await asyncio.to_thread(self._records, key)
        return Backdrop(
            self.moods.read(heard, self.manners.is_angry),
            tuple(one for one in earlier if one.number != split_id(conversation.id)[1]),
            tickets,
            await self._left(conversation.customer),
        )

    async def log(self, conversation: Conversation, number: int) -> Sequence[Message]:
        """See `Backdrops.log`."""
        name = conversation_id(conversation.customer.key, number)
        kept = await asyncio.to_thread(self.archive.get, name)
        return kept.log if kept else ()

    def _records(self, key: str) -> tuple[list[Earlier], tuple[str, ...]]:
        earlier = [
            Earlier(split_id(one.id)[1], one.opened_at, one.entries, one.closed_by)
            for one in self.archive.of_customer(key)
        ]
        found = self.tickets.find(Wanted(customer_key=key))
        return earlier, tuple(ticket.number for ticket in found)

    async def _left(self, customer: Customer) -> Left | None:
        deliveries = self.deliveries.get(customer.channel)
        if deliveries is None:
            return None
        standing = await deliveries.standing(customer)
        now = time.time()
        until = standing.quota.until(now)
        moment = datetime.fromtimestamp(until, UTC) if until else None
        return Left(standing.quota.left(now), moment, standing.waiting)
