"""A client of the gateway's web protocol, for `chat`, `ask`, the tests and the benchmarks."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException


class GatewayUnreachable(Exception):
    """The gateway does not answer, or ended the line."""


@dataclass(slots=True)
class WebClient:
    """One customer's open line; frames are the plain dictionaries of the web protocol."""

    _socket: ClientConnection

    async def send(self, text: str, client_id: str | None = None) -> str:
        """Send a message; returns its client id."""
        identifier = client_id or uuid.uuid4().hex
        await self._write({"type": "send", "client_id": identifier, "text": text})
        return identifier

    async def ping(self) -> None:
        """Ask for a sign of life."""
        await self._write({"type": "ping"})

    async def hello(self, token: str, after: str | None) -> None:
        """Say who writes and where the last line broke off."""
        await self._write({"type": "hello", "token": token, "after": after})

    async def frame(self) -> dict[str, Any]:
        """Return the next frame."""
        try:
            frame: dict[str, Any] = json.loads(await self._socket.recv())
        except (WebSocketException, OSError) as error:
            raise GatewayUnreachable(str(error)) from error
        return frame

    async def _write(self, frame: dict[str, Any]) -> None:
        try:
            await self._socket.send(json.dumps(frame, ensure_ascii=False))
        except (WebSocketException, OSError) as error:
            raise GatewayUnreachable(str(error)) from error


@asynccontextmanager
async def open_line(url: str, token: str, after: str | None = None) -> AsyncIterator[WebClient]:
    """Open a line to the gateway at `url` (http://…) and say hello."""
    address = f"{url.replace('http', 'ws', 1)}/api/stream"
    try:
        socket = await connect(address, proxy=None, max_size=2**20)
    except (WebSocketException, OSError) as error:
        raise GatewayUnreachable(str(error)) from error
    async with socket:
        client = WebClient(socket)
        await client.hello(token, after)
        yield client
