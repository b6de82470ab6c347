"""A stand-in for Rasa that answers when the test says so, over the channel's own protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from tests.integration.connectors.gateway import served


@dataclass(slots=True)
class StandIn:
    """Answers 答：… to everything; `meets` may do what it likes before that."""

    meets: Callable[[str], None] = lambda _: None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """Answers wait until this is set; it is, unless a test clears it."""
    heard: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    """When each was heard, in the loop's seconds."""
    port: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[StandIn]:
        """Serve on a free port while open."""
        self.gate.set()
        app = FastAPI()
        app.get("/webhooks/yinqiao/")(self._health)
        app.post("/webhooks/yinqiao/webhook")(self._reply)
        async with served(app) as url:
            self.port = int(url.rpartition(":")[2])
            try:
                yield self
            finally:
                self.gate.set()

    async def hears(self, times: int) -> None:
        """Wait until so many messages were heard in all."""
        while len(self.heard) < times:
            self._news.clear()
            await self._news.wait()

    @staticmethod
    def now() -> float:
        """Return the loop's seconds."""
        return asyncio.get_running_loop().time()

    async def _health(self) -> dict[str, str]:
        return {"status": "ok"}

    async def _reply(self, body: dict[str, Any]) -> dict[str, Any]:
        text = str(body["message"])
        self.heard.append(text)
        self.moments.append(self.now())
        self._news.set()
        self.meets(text)
        await self.gate.wait()
        intent = {"name": "chitchat", "confidence": 1.0}
        parse = {"text": text, "intent": intent, "intent_ranking": [], "entities": []}
        return {
            "messages": [{"text": f"答：{text}"}],
            "parse": parse,
            "slots": {},
            "failed": False,
        }
