"""One Rasa client's open line."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.errors import BadText
from connectors.outbox import Cursor
from connectors.places import Places
from connectors.plain_text import PlainText
from connectors.rasa.shapes import bot_uttered, is_command, is_shown
from connectors.web.context import WebContext
from connectors.web.routes import check_speed
from connectors.web.tokens import Visitor
from conversation.errors import Unavailable

CLIENT = "socketio"
_PAUSE = 1.0
_CANCEL_AGAIN = 0.2


@dataclass(frozen=True, slots=True)
class RasaClients:
    """What stands behind the protocols of Rasa's clients.

    A line that still stands `proof_seconds` after something was sent has delivered it.
    """

    web: WebContext
    places: Places
    plain: PlainText
    proof_seconds: float = 20.0


@dataclass(slots=True)
class Line:
    """Takes what the customer writes, and follows the log with `emit`.

    Rasa's protocol has no acknowledgement of what a client received. The place that is kept is
    the last entry a client is known to have: its line still stood some time later, or it left
    by itself. Whatever comes after that place is sent again on the next line; so a client may
    see a message twice after a broken line, and never misses one.
    """

    clients: RasaClients
    visitor: Visitor
    address: str | None
    emit: Callable[[dict[str, Any]], Awaitable[None]]
    _sent: Cursor | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Greet who is new, before they can write; then deliver what was and will be said."""
        with contextlib.suppress(Unavailable):
            await self.clients.web.greeter.greet(self.visitor.customer)
        self._tasks = [asyncio.create_task(work) for work in (self._follow(), self._prove())]

    async def take(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Take one message; returns once it is stored. Raises what `Ingress.accept` raises."""
        text = data.get("message")
        if not isinstance(text, str):
            raise BadText
        if is_command(text):
            return {"status": "ignored"}
        given = data.get("message_id")
        client_id = given if isinstance(given, str) and given else uuid.uuid4().hex
        web = self.clients.web
        await check_speed(web, self.visitor, self.address)
        await web.ingress.accept(self.visitor.customer, client_id, text)
        return {"status": "accepted", "message_id": client_id}

    async def end(self, *, left: bool) -> None:
        """Stop; `left`: the client went by itself and has what was sent.

        The place is kept first: a page that is loaded anew is back soon. A cancellation may get
        lost in the store's client, so it is repeated.
        """
        if left:
            with contextlib.suppress(Unavailable):
                await self._reach(self._sent)
        while tasks := {task for task in self._tasks if not task.done()}:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_CANCEL_AGAIN)

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                await self._deliver()
            await asyncio.sleep(_PAUSE)

    async def _deliver(self) -> None:
        web, customer = self.clients.web, self.visitor.customer
        await web.greeter.greet(customer)
        after = self._sent or await self.clients.places.reached(CLIENT, customer)
        async for update in web.outbox.follow(customer, after):
            for message in update.messages:
                if is_shown(message):
                    await self.emit(bot_uttered(message, self.clients.plain))
                self._sent = Cursor.of(message)
                self._news.set()

    async def _prove(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            sent = self._sent
            await asyncio.sleep(self.clients.proof_seconds)
            with contextlib.suppress(Unavailable):
                await self._reach(sent)

    async def _reach(self, cursor: Cursor | None) -> None:
        if cursor:
            await self.clients.places.reach(CLIENT, self.visitor.customer, cursor)
