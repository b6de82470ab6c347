"""Announcements through Redis: a channel for those who listen, a key for those who start late.

All keys share one hash tag, so a cluster keeps them in one slot: `{kb}:current` (the name last
announced), `{kb}:serving:<replica>` (JSON, expires), `{kb}:replicas` (names by last sign of life).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from redis.exceptions import RedisClusterException, RedisError

from knowledge_base.publication.errors import AnnouncerDown
from knowledge_base.publication.ports import Serving

if TYPE_CHECKING:
    from redis import Redis
    from redis.asyncio import Redis as AsyncRedis

CHANNEL = "{kb}:published"
CURRENT = "{kb}:current"
REPLICAS = "{kb}:replicas"
_AWAY = (RedisError, RedisClusterException, OSError)
RECONNECT = 0.5
"""Seconds before a lost subscription is taken up again."""


def serving_key(replica: str) -> str:
    """Return the key under which a replica says what it serves."""
    return f"{{kb}}:serving:{replica}"


class RedisAnnouncer:
    """The publisher's side; it connects when there is something to announce or to ask."""

    def __init__(self, connect: Callable[[], Redis]) -> None:
        """Announce through what `connect` returns, a client that decodes responses."""
        self._connect = connect

    def announce(self, snapshot: str) -> None:
        """See `Announcer.announce`."""
        try:
            with self._connect() as client:
                client.set(CURRENT, snapshot)
                # A cluster publishes in no transaction. Who misses it here reads the key.
                client.publish(CHANNEL, snapshot)
        except _AWAY as error:
            raise AnnouncerDown from error

    def serving(self) -> list[Serving]:
        """See `Announcer.serving`."""
        try:
            with self._connect() as client:
                names = sorted(cast("list[str]", client.zrange(REPLICAS, 0, -1)))
                told = cast("list[str | None]", [client.get(serving_key(name)) for name in names])
                gone = [name for name, text in zip(names, told, strict=True) if text is None]
                if gone:
                    client.zrem(REPLICAS, *gone)
        except _AWAY as error:
            raise AnnouncerDown from error
        return [
            Serving(name, **json.loads(text))
            for name, text in zip(names, told, strict=True)
            if text
        ]


class RedisAnnouncements:
    """The replica's side; `client` decodes responses. `run` must run for announcements to come."""

    def __init__(self, client: AsyncRedis, *, life: int = 10) -> None:
        """What is registered is forgotten after `life` seconds."""
        self._client = client
        self._life = life
        self._news = asyncio.Event()
        self.listening = asyncio.Event()
        """Set while the subscription stands."""

    async def run(self) -> None:
        """Listen until cancelled, reconnecting for ever; each new start counts as news."""
        while True:
            with contextlib.suppress(*_AWAY):
                async with self._client.pubsub() as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    async for message in pubsub.listen():
                        # The confirmation too: something may have been said before it.
                        self._news.set()
                        if message["type"] == "subscribe":
                            self.listening.set()
            self.listening.clear()
            await asyncio.sleep(RECONNECT)

    async def wait(self, seconds: float) -> None:
        """See `Announcements.wait`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()

    async def register(self, serving: Serving) -> None:
        """See `Announcements.register`; nothing is registered while Redis is down."""
        told = json.dumps({"snapshot": serving.snapshot, "error": serving.error})
        with contextlib.suppress(*_AWAY):
            # In this order: who is listed and has told nothing is taken off the list.
            await self._client.set(serving_key(serving.replica), told, ex=self._life)
            await self._client.zadd(REPLICAS, {serving.replica: time.time()})

    async def current(self) -> str | None:
        """Return the snapshot last announced; None when there is none or Redis is down."""
        with contextlib.suppress(*_AWAY):
            return cast("str | None", await self._client.get(CURRENT))
        return None
