"""One conversation on a real store, whose workers are processes of their own."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from uuid import uuid4

from redis.asyncio import Redis

from conversation.approved import Seal
from conversation.conversation import Customer
from conversation.message import Kind, Message
from conversation.ports import Incoming
from conversation.redis_dead_letters import RedisDeadLetters
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from tests.conftest import ROOT
from tests.faults.running import Running, start
from tests.faults.stand_in import StandIn

LEASE = 3.0
_SOON = 0.05


@dataclass
class Core:
    """What a channel does, without the channel."""

    client: Redis
    url: str
    bot: StandIn

    def __post_init__(self) -> None:
        """Wire."""
        self.customer = Customer("web", uuid4().hex)
        self.store = RedisConversations(self.client, Seal(), Wake(self.client))
        self.turns = RedisTurns(self.client, "channel")
        self.letters = RedisDeadLetters(self.client)

    async def worker(self, *warm: str) -> Running:
        """Start one more worker, which may be "warm" before its first message."""
        rasa = f"http://127.0.0.1:{self.bot.port}"
        command = [sys.executable, "-m", "tests.faults.worker", self.url, rasa, str(LEASE), *warm]
        return await start(command, {**os.environ, "PYTHONPATH": str(ROOT)})

    async def say(self, text: str) -> str:
        """Accept a message as the way in does; returns its id."""
        accepted = await self.store.accept(self.customer, Incoming(uuid4().hex, text))
        await self.turns.put(accepted.conversation_id)
        return accepted.message_id

    async def handled(self, messages: int) -> list[Message]:
        """Wait until so many messages have had their turn; returns all that was said to them."""
        while True:
            log = await self.log()
            if sum(m.kind is Kind.TURN for m in log) >= messages:
                return [m for m in log if m.reply_to and m.for_customer]
            await asyncio.sleep(_SOON)

    async def log(self) -> list[Message]:
        """Return the conversation's log."""
        current = await self.store.current(self.customer)
        return await self.store.log(current.id) if current else []

    async def renewals(self, times: int) -> None:
        """Wait until the conversation's lease was renewed so often, always by the same worker."""
        [lease] = [key async for key in self.client.scan_iter("yq:*:lease")]
        token, left = await self.client.get(lease), await self.client.pttl(lease)
        while times:
            before, left = left, await self.client.pttl(lease)
            times -= left > before
            assert await self.client.get(lease) == token
            await asyncio.sleep(_SOON)
