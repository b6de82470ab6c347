"""A receiver as a bank might have one: a little HTTP server that checks every signature itself."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response

from connectors.webhooks.courier import WebhookCourier
from connectors.webhooks.event import Batch, Event
from connectors.webhooks.ledger import Ledger
from connectors.webhooks.receiver import Receiver
from connectors.webhooks.signature import Signer
from tests.background import background
from tests.integration.connectors.gateway import served

KEY = b"k" * 32


@dataclass
class Crm:
    """Answers with `answers` in turn, then with 204; keeps what it took, each event once."""

    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    calls: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> FastAPI:
        """Return the server."""
        app = FastAPI()

        @app.post("/hook")
        async def hook(request: Request) -> Response:
            body = await request.body()
            assert is_signed(request, body)
            self.calls += 1
            status = self.answers.pop(0) if self.answers else 204
            known = {event["id"] for event in self.taken}
            if status == 204 and request.headers["webhook-id"] not in known:
                self.taken.append({"id": request.headers["webhook-id"], **json.loads(body)})
            self._news.set()
            return Response(status_code=status, headers=self.headers if status != 204 else None)

        return app

    async def until(self, count: int) -> list[dict[str, Any]]:
        """Return what was taken once it is as much as `count`."""
        async with asyncio.timeout(20):
            while len(self.taken) < count:
                await self._news.wait()
                self._news.clear()
        return self.taken


def is_signed(request: Request, body: bytes) -> bool:
    """Check as a receiver would, without our code."""
    moment = request.headers["webhook-timestamp"]
    signed = f"{request.headers['webhook-id']}.{moment}.".encode() + body
    digest = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(moment)) < 300
    return fresh and f"v1,{digest}" in request.headers["webhook-signature"].split()


@dataclass
class ListEvents:
    """Events in a list; their places are 1, 2, …."""

    events: list[Event] = field(default_factory=list)

    def add(self, *types: str, age: timedelta = timedelta()) -> None:
        for each in types:
            place = len(self.events) + 1
            self.events.append(Event(place, f"evt_{place}", each, datetime.now(UTC) - age))

    async def head(self) -> int:
        return len(self.events)

    async def after(self, place: int, limit: int = 100) -> Batch:
        found: Sequence[Event] = self.events[place : place + limit]
        return Batch(found, found[-1].place if found else place)


@dataclass
class Sending:
    """What every test of a courier has."""

    events: ListEvents
    ledger: Ledger
    crm: Crm
    pauses: list[float] = field(default_factory=list)

    @asynccontextmanager
    async def running(self, ledger: Ledger | None = None) -> AsyncIterator[None]:
        """Let a replica deliver to the receiver while open; waits cost no time."""

        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)
            await asyncio.sleep(0.001)

        async with served(self.crm.app()) as url, httpx.AsyncClient(trust_env=False) as client:
            receiver = Receiver(client, f"{url}/hook", Signer([KEY]))
            courier = WebhookCourier(self.events, ledger or self.ledger, receiver, pause=pause)
            async with background(courier.run()):
                yield
