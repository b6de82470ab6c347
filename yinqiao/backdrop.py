"""What the desk shows of a customer, gathered from archive, tickets, channel and bot's manners."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.actions.manners import Manners
from connectors.wechat.redis_deliveries import CHANNEL, RedisDeliveries
from conversation.archive import Archive
from conversation.conversation import Conversation, Customer, conversation_id, split_id
from conversation.message import Message
from handoff.backdrop import Backdrop, Earlier, Left
from handoff.mood import Heard, MoodRules
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.store import TicketStore, Wanted
from yinqiao.wiring import Core


def backdrops_of(core: Core) -> GatheredBackdrops:
    """Return them for one desk."""
    app_id = core.settings.wechat_app_id
    deliveries = RedisDeliveries(core.redis, app_id) if app_id else None
    return GatheredBackdrops(
        core.archive, SqlTickets(core.records), Manners.load(), MoodRules.load(), deliveries
    )


@dataclass(frozen=True, slots=True)
class GatheredBackdrops:
    """`Backdrops`; `deliveries` is None where WeChat is off."""

    archive: Archive
    tickets: TicketStore
    manners: Manners
    moods: MoodRules
    deliveries: RedisDeliveries | None = None

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
        if self.deliveries is None or customer.channel != CHANNEL:
            return None
        standing = await self.deliveries.standing(customer)
        now = time.time()
        until = standing.quota.until(now)
        moment = datetime.fromtimestamp(until, UTC) if until else None
        return Left(standing.quota.left(now), moment, standing.waiting)
