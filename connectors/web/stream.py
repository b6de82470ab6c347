"""The WebSocket half of the web protocol: resumable by cursor, both ways on one line."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import Field, TypeAdapter, ValidationError

from connectors.errors import BadToken, ConnectorError, UnknownOrigin
from connectors.outbox import Cursor, Update
from connectors.web.context import WebContext
from connectors.web.faults import error_of, invalid
from connectors.web.origins import may_connect
from connectors.web.routes import address_of, check_speed, parse_cursor
from connectors.web.tokens import Scope, Visitor
from connectors.web.wire import (
    HelloFrame,
    PingFrame,
    ReadFrame,
    SendFrame,
    TypingFrame,
    handoff_frame,
    message_out,
    state_out,
    turn_frame,
)
from conversation.conversation import split_id
from conversation.errors import ConversationError
from conversation.message import Kind

_Frame = SendFrame | PingFrame | TypingFrame | ReadFrame
_FRAME: TypeAdapter[_Frame] = TypeAdapter(Annotated[_Frame, Field(discriminator="type")])
_HELLO_SECONDS = 10
_POLICY_VIOLATION = 1008
_MAX_FRAME = 64 * 1024


def create_stream(context: WebContext) -> APIRouter:
    """Return the endpoint /api/stream."""
    router = APIRouter()

    @router.websocket("/api/stream")
    async def stream(socket: WebSocket) -> None:
        await _Line(context, socket).run()

    return router


class _Line:
    """One customer's open line."""

    def __init__(self, context: WebContext, socket: WebSocket) -> None:
        self._context = context
        self._socket = socket
        self._writing = asyncio.Lock()

    async def run(self) -> None:
        await self._socket.accept()
        try:
            visitor, after = await self._hello()
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read(visitor))
                writing = group.create_task(self._write(visitor, after))
                reading.add_done_callback(lambda _: writing.cancel())
        except* WebSocketDisconnect:
            pass
        except* (ConnectorError, ConversationError) as refused:
            await self._refuse(refused.exceptions[0])

    async def _hello(self) -> tuple[Visitor, Cursor | None]:
        self._check_origin()
        await self._context.limits.session(address_of(self._socket))
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                frame = HelloFrame.model_validate_json(await self._socket.receive_text())
        except (TimeoutError, ValidationError, KeyError) as error:
            raise BadToken from error
        return self._context.tokens.verify(frame.token), parse_cursor(frame.after)

    def _check_origin(self) -> None:
        """Refuse pages of other sites."""
        headers = self._socket.headers
        if not may_connect(headers.get("origin"), headers.get("host"), self._context.origins):
            raise UnknownOrigin

    async def _refuse(self, error: Exception) -> None:
        _, body = error_of(error)
        try:
            await self._send({"type": "error", "error": body.model_dump(exclude_none=True)})
            await self._socket.close(_POLICY_VIOLATION)
        except (WebSocketDisconnect, RuntimeError):
            return

    async def _read(self, visitor: Visitor) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            await self._handle(visitor, text if text is not None else "")

    async def _handle(self, visitor: Visitor, text: str) -> None:
        client_id = None
        try:
            client_id = _client_id(text)
            frame = _FRAME.validate_json(text)
            if not isinstance(frame, SendFrame):
                await self._sign(visitor, frame)
                return
            await check_speed(self._context, visitor, address_of(self._socket))
            accepted = await self._context.ingress.accept(
                visitor.customer, frame.client_id, frame.text, large_text=frame.large_text
            )
            await self._context.signs.said(accepted.conversation_id)
        except ValidationError as error:
            await self._send_error(invalid(error.errors()).model_dump(exclude_none=True), client_id)
        except (ConnectorError, ConversationError) as error:
            await self._send_error(error_of(error)[1].model_dump(exclude_none=True), client_id)
        else:
            number = split_id(accepted.conversation_id)[1]
            cursor = f"{number}:{accepted.message_id}"
            await self._send({"type": "accepted", "client_id": client_id, "cursor": cursor})

    async def _sign(self, visitor: Visitor, frame: PingFrame | TypingFrame | ReadFrame) -> None:
        if isinstance(frame, PingFrame):
            await self._send({"type": "pong"})
        elif isinstance(frame, TypingFrame):
            await self._context.signs.typing(visitor.customer)
        elif upto := parse_cursor(frame.cursor):
            await self._context.signs.read(visitor.customer, upto)

    async def _write(self, visitor: Visitor, after: Cursor | None) -> None:
        if visitor.scope is Scope.CUSTOMER:
            await self._context.greeter.greet(visitor.customer)
        ready = False
        async for update in self._context.outbox.follow(visitor.customer, after):
            if not ready:
                ready = True
                await self._send({"type": "ready", "state": _state(update)})
            for frame in _frames(update, visitor.scope):
                await self._send(frame)
            await self._context.signs.delivered(visitor.customer, update)

    async def _send_error(self, error: dict[str, Any], client_id: str | None) -> None:
        await self._send({"type": "error", "error": error, "client_id": client_id})

    async def _send(self, frame: dict[str, Any]) -> None:
        async with self._writing:
            await self._socket.send_text(orjson.dumps(frame).decode())


def _state(update: Update) -> dict[str, Any]:
    return state_out(update.status).model_dump(mode="json")


def _frames(update: Update, scope: Scope) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = []
    for message in update.messages:
        if message.for_customer:
            shown = message_out(message).model_dump(mode="json")
            frames.append({"type": "message", "message": shown})
        elif message.kind is Kind.TURN and scope is Scope.DIAGNOSE:
            frames.append(turn_frame(message))
    frames.append({"type": "state", "state": _state(update)})
    if scope is Scope.DIAGNOSE:
        frames.append(handoff_frame(update.status))
    return frames


def _client_id(text: str) -> str | None:
    """Return the client's id of a frame that may be anything, so that an error can name it."""
    try:
        frame = json.loads(text)
    except ValueError:
        return None
    value = frame.get("client_id") if isinstance(frame, dict) else None
    return value if isinstance(value, str) else None
