"""Rasa's Socket.IO channel: `session_request`, `session_confirm`, `user_uttered`, `bot_uttered`."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as Refused
from starlette.types import ASGIApp

from connectors.errors import ConnectorError
from connectors.rasa.line import Line, RasaClients
from connectors.rasa.shapes import hidden, session_of
from connectors.web.faults import error_of
from connectors.web.origins import may_connect
from connectors.web.tokens import Scope, Visitor
from conversation.errors import ConversationError

CHANNEL = "socketio"
PATH = "/socket.io"
_PING_EVERY, _PONG_WITHIN = 10.0, 8.0
"""Seconds; a line is known to be dead after their sum, which is less than `proof_seconds`."""
_MAX_EVENT = 64 * 1024
_LEFT = {"client disconnect", "transport close"}


@asynccontextmanager
async def open_socketio(clients: RasaClients) -> AsyncIterator[ASGIApp]:
    """Yield the application to mount at `PATH`; its lines end with it."""
    hall = Hall(clients)
    try:
        yield socketio.ASGIApp(hall.server, socketio_path=PATH)
    finally:
        await hall.close()


class Hall:
    """All open lines of this process."""

    def __init__(self, clients: RasaClients) -> None:
        """Serve `clients`; nothing listens yet."""
        self._clients = clients
        self._callers: dict[str, tuple[Visitor | None, str | None]] = {}
        self._lines: dict[str, Line] = {}
        self.server = socketio.AsyncServer(
            async_mode="asgi",
            async_handlers=False,  # a customer's messages are taken in their order
            cors_allowed_origins=self._may_connect,
            ping_interval=_PING_EVERY,
            ping_timeout=_PONG_WITHIN,
            max_http_buffer_size=_MAX_EVENT,
        )
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)
        self.server.on("session_request", self._session)
        self.server.on("user_uttered", self._uttered)

    async def close(self) -> None:
        """End every line."""
        for sid in list(self._lines):
            await self._end(sid, left=False)
        await self.server.shutdown()

    def _may_connect(self, origin: str | None, environ: Mapping[str, Any]) -> bool:
        return may_connect(origin, environ.get("HTTP_HOST"), self._clients.web.origins)

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: object = None) -> None:
        """Let a client in; one that shows a token of ours writes as that token's visitor."""
        web = self._clients.web
        client = environ["asgi.scope"].get("client")
        address = client[0] if client else None
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            await web.limits.session(address)
            visitor = web.tokens.verify(str(token).removeprefix("Bearer ")) if token else None
        except (ConnectorError, ConversationError) as error:
            raise Refused(error_of(error)[1].message) from error
        self._callers[sid] = (visitor, address)

    async def _disconnect(self, sid: str, reason: str) -> None:
        self._callers.pop(sid, None)
        await self._end(sid, left=reason in _LEFT)

    async def _session(self, sid: str, data: object = None) -> None:
        """Begin a session, or go on with one; an id that others could guess gets another."""
        try:
            await self._clients.web.limits.session(self._callers[sid][1])
        except (ConnectorError, ConversationError) as error:
            await self._tell(sid, error)
            return
        wished = data.get("session_id") if isinstance(data, dict) else None
        session = session_of(wished)
        # Clients compare what they asked for, as they wrote it.
        told = wished if session else uuid.uuid4().hex
        line = await self._open(sid, session or str(told))
        await self.server.emit("session_confirm", told, to=sid)
        await line.start()

    async def _uttered(self, sid: str, data: object = None) -> dict[str, Any]:
        """Take a message; the answer reaches clients that ask for one, after it was stored."""
        line = self._lines.get(sid)
        if line is None:  # a client that keeps no session
            line = await self._open(sid, uuid.uuid4().hex)
            await line.start()
        try:
            return await line.take(data if isinstance(data, dict) else {})
        except (ConnectorError, ConversationError) as error:
            return {"status": "refused", "error": await self._tell(sid, error)}

    async def _tell(self, sid: str, error: Exception) -> dict[str, Any]:
        """Say to the customer what went wrong; returns it for programmes."""
        body = error_of(error)[1]
        await self.server.emit("bot_uttered", {"text": body.message}, to=sid)
        return body.model_dump(exclude_none=True)

    async def _open(self, sid: str, session: str) -> Line:
        await self._end(sid, left=True)
        known, address = self._callers[sid]
        visitor = known or Visitor(hidden(session), Scope.CUSTOMER, CHANNEL)
        emit = partial(self.server.emit, "bot_uttered", to=sid)
        line = self._lines[sid] = Line(self._clients, visitor, address, emit)
        return line

    async def _end(self, sid: str, *, left: bool) -> None:
        if line := self._lines.pop(sid, None):
            await line.end(left=left)
