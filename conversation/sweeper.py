"""Closes conversations that fell silent, and settles what a dead process left behind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from conversation.conversation import Conversation, Owner
from conversation.errors import Busy, Refused, Unavailable, UnknownConversation
from conversation.ports import Conversations, Turns

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Looks at conversations without activity; the longer the queue, the longer the patience."""

    conversations: Conversations
    turns: Turns
    bot_silence: timedelta = timedelta(minutes=30)
    queue_silence: timedelta = timedelta(hours=8)
    every: timedelta = timedelta(seconds=30)

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            with contextlib.suppress(Unavailable):
                await self.sweep(datetime.now(UTC))
            await asyncio.sleep(self.every.total_seconds())

    async def sweep(self, now: datetime) -> None:
        """Close what is due at `now`; every conversation looked at gets a settling turn."""
        for identifier in await self.turns.idle(now - self.bot_silence):
            try:
                conversation = await self.conversations.get(identifier)
            except UnknownConversation:
                await self.turns.forget(identifier)
                continue
            if self._is_over(conversation, now):
                with contextlib.suppress(Refused, Busy):
                    await self.conversations.close(identifier, conversation.epoch, "silence")
                    _LOG.info("closed by silence", extra={"conversation": identifier})
            await self.turns.put(identifier)

    def _is_over(self, conversation: Conversation, now: datetime) -> bool:
        patience = {Owner.BOT: self.bot_silence, Owner.QUEUE: self.queue_silence}
        limit = patience.get(conversation.owner)
        return limit is not None and now - conversation.active_at >= limit
