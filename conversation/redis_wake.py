"""Wake-ups: one subscription per process, however many customers are followed."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from conversation.redis_scripts import wake_channel

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

_PATTERN = wake_channel("*")


class Wake:
    """Turns published hints into awaited events.

    A hint may be lost (server restart, slow reader): every follower also wakes by itself
    every `patience` seconds, so a loss costs time and nothing else.
    """

    def __init__(self, client: Redis, *, patience: float = 5.0) -> None:
        """Subscribe through `client` once `run()` is started."""
        self._client = client
        self._patience = patience
        self._events: dict[str, set[asyncio.Event]] = defaultdict(set)

    async def run(self) -> None:
        """Listen until cancelled, reconnecting for ever."""
        while True:
            with contextlib.suppress(RedisError, OSError):
                async with self._client.pubsub() as pubsub:
                    await pubsub.psubscribe(_PATTERN)
                    self._wake_all()
                    await self._listen(pubsub)
            await asyncio.sleep(0.5)

    async def _listen(self, pubsub: PubSub) -> None:
        async for message in pubsub.listen():
            if message["type"] == "pmessage":
                for event in self._events.get(message["channel"], ()):
                    event.set()

    def _wake_all(self) -> None:
        for events in self._events.values():
            for event in events:
                event.set()

    async def follow(self, customer_key: str) -> AsyncIterator[None]:
        """See `Conversations.follow`."""
        channel = wake_channel(customer_key)
        event = asyncio.Event()
        self._events[channel].add(event)
        try:
            while True:
                yield
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._patience):
                        await event.wait()
                event.clear()
        finally:
            self._events[channel].discard(event)
            if not self._events[channel]:
                del self._events[channel]
