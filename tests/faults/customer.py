"""A customer as the widget is one: one message in flight, lines resumed by cursor."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.journal import Journal, Said
from yinqiao.web_client import GatewayUnreachable, open_line

LEAVES = "返回机器人"
_PAUSE = 0.2
_SILENCE = 10.0
"""Seconds without a frame after which a line is given up for a new one."""


@dataclass(slots=True)
class Customer:
    """Speaks by HTTP, hears by WebSocket, and repeats whatever was not acknowledged."""

    url: str
    http: httpx.AsyncClient
    told: Callable[[], None] = lambda: None
    """Called at each acknowledgement."""
    journal: Journal = field(default_factory=Journal)
    statuses: list[int] = field(default_factory=list)
    owner: str = "bot"
    _token: str = ""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def arrive(self) -> None:
        """Get a token, however often that has to be tried."""
        while not self._token:
            with contextlib.suppress(httpx.TransportError):
                answer = await self.http.post(f"{self.url}/api/session", json={})
                self._token = answer.json().get("token", "") if answer.is_success else ""
        self.journal.visitor = self._token

    async def talk(self, bursts: Iterable[Sequence[str]]) -> None:
        """Say every burst, waiting after each until all of it was handled."""
        async with asyncio.TaskGroup() as group:
            hearing = group.create_task(self._hear())
            for burst in bursts:
                for text in burst:
                    await self.say(text)
                await self._settled()
            hearing.cancel()

    async def say(self, text: str) -> Said:
        """Send until acknowledged, always under the same id."""
        said = Said(text)
        self.journal.said.append(said)
        while not said.cursor:
            status, body = await self._post(said)
            if status == httpx.codes.ACCEPTED:
                said.cursor = body["cursor"]
                self.told()
            elif status:
                self.statuses.append(status)
                await asyncio.sleep(_PAUSE)
        return said

    async def _post(self, said: Said) -> tuple[int, dict[str, Any]]:
        body = {"client_id": said.client_id, "text": said.text}
        try:
            answer = await self.http.post(
                f"{self.url}/api/messages",
                json=body,
                headers={"Authorization": f"Bearer {self._token}"},
            )
            return answer.status_code, answer.json()
        except (httpx.HTTPError, ValueError):
            await asyncio.sleep(_PAUSE)
            return 0, {}

    async def _settled(self) -> None:
        """Wait until the last message was answered; go back to the bot when nobody will."""
        last = self.journal.said[-1]
        while not self.journal.answered(last):
            if self.owner == "queue":
                # What stands before this in the line has been handled when this is answered.
                last = await self.say(LEAVES)
                self.owner = ""
            self._news.clear()
            await self._news.wait()

    async def history(self) -> list[dict[str, Any]]:
        """Read everything anew, on a new line."""
        while True:
            with contextlib.suppress(GatewayUnreachable, TimeoutError):
                return await self._all()

    async def _all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        async with asyncio.timeout(_SILENCE), open_line(self.url, self._token) as line:
            # The first state after `ready` follows the whole history.
            while (frame := await line.frame())["type"] != "state":
                if frame["type"] == "message":
                    found.append(frame["message"])
        return found

    async def _hear(self) -> None:
        while True:
            with contextlib.suppress(GatewayUnreachable, TimeoutError):
                async with open_line(self.url, self._token, self.journal.place) as line:
                    while True:
                        async with asyncio.timeout(_SILENCE):
                            self._take(await line.frame())
            await asyncio.sleep(_PAUSE)

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "message":
            self.journal.received.append(frame["message"])
        elif frame["type"] in {"state", "ready"}:
            self.owner = frame["state"]["owner"]
        self._news.set()
