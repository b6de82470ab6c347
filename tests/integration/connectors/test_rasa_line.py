"""What a Rasa client is known to have, and what is sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.outbox import Cursor
from connectors.rasa.line import Line
from connectors.redis_places import RedisPlaces
from connectors.web.tokens import Scope, Visitor
from conversation.conversation import Customer
from tests.integration.connectors.gateway import GREETING, Gateway

ANNA = Visitor("anna", Scope.CUSTOMER, "socketio")


@dataclass(frozen=True, slots=True)
class WatchedPlaces(RedisPlaces):
    """Tells when a place was kept."""

    kept: asyncio.Event = field(default_factory=asyncio.Event)

    async def reach(self, client: str, customer: Customer, cursor: Cursor) -> None:
        await RedisPlaces.reach(self, client, customer, cursor)
        self.kept.set()


@asynccontextmanager
async def line(
    gateway: Gateway, *, left: bool, places: RedisPlaces | None = None, proof: float = 3600.0
) -> AsyncIterator[list[str]]:
    """Open a line, wait for its first message, and end it; yields what it has heard."""
    heard: list[str] = []
    first = asyncio.Event()

    async def emit(event: dict[str, Any]) -> None:
        heard.append(event["text"])
        first.set()

    clients = replace(gateway.clients, places=places or gateway.places, proof_seconds=proof)
    opened = Line(clients, ANNA, None, emit)
    await opened.start()
    try:
        async with asyncio.timeout(20):
            await first.wait()
        yield heard
    finally:
        await opened.end(left=left)


async def test_what_a_broken_line_may_have_swallowed_is_sent_again(gateway: Gateway) -> None:
    for _ in range(2):
        async with line(gateway, left=False) as heard:
            assert heard == [GREETING]


async def test_who_left_has_what_was_sent(gateway: Gateway) -> None:
    async with line(gateway, left=True):
        pass
    await gateway.context.ingress.accept(ANNA.customer, "c", "你好")
    async with line(gateway, left=True) as heard:
        assert heard == ["答：你好"]


async def test_a_line_that_still_stands_has_delivered(gateway: Gateway) -> None:
    places = WatchedPlaces(gateway.redis)
    async with line(gateway, left=False, places=places, proof=0.0), asyncio.timeout(20):
        await places.kept.wait()
    await gateway.context.ingress.accept(ANNA.customer, "c", "你好")
    async with line(gateway, left=False) as heard:
        assert heard == ["答：你好"]
