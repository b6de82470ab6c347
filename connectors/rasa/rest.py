"""Rasa's REST channel: one message in, the list of answers out, in one request."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field

from connectors.errors import BadToken, NotFromHere
from connectors.ingress import MAX_CLIENT_ID
from connectors.outbox import Cursor, Status
from connectors.rasa.line import RasaClients
from connectors.rasa.shapes import is_shown, rest_reply
from connectors.web.routes import address_of
from connectors.web.wire import ErrorOut
from conversation.address import site_of
from conversation.conversation import Customer, Owner, split_id
from conversation.message import Message
from conversation.ports import Accepted

CHANNEL = "rest"
_LONGEST_SENDER = 128
_ERRORS: dict[int | str, dict[str, object]] = {
    code: {"model": ErrorOut} for code in (401, 403, 413, 422, 429, 503)
}


class Uttered(BaseModel):
    """What a caller sends; what else Rasa's callers send is not needed.

    `message_id` is a caller's own: sending it again returns the same answers.
    """

    sender: str = Field(default="default", min_length=1, max_length=_LONGEST_SENDER)
    message: str
    message_id: str | None = Field(default=None, min_length=1, max_length=MAX_CLIENT_ID)


@dataclass(frozen=True, slots=True)
class RestChannel:
    """Answers callers that cannot be called back.

    `token` is what callers must show; without one only this machine may call, because whoever
    names a sender reads that sender's answers.
    """

    clients: RasaClients
    token: str | None = None
    patience_seconds: float = 15.0

    def check(self, authorization: str, address: str | None) -> None:
        """Raise `BadToken` or `NotFromHere` unless the caller may call."""
        if self.token is None:
            if site_of(address):
                raise NotFromHere
            return
        shown = authorization.removeprefix("Bearer ").encode()
        if not hmac.compare_digest(shown, self.token.encode()):
            raise BadToken

    async def answer(self, uttered: Uttered) -> list[dict[str, Any]]:
        """Take a message and wait for its answers; what is late comes with the next request."""
        web, customer = self.clients.web, Customer(CHANNEL, uttered.sender)
        await web.limits.message(customer, None)
        await web.greeter.greet(customer)
        client_id = uttered.message_id or uuid.uuid4().hex
        accepted = await web.ingress.accept(customer, client_id, uttered.message)
        messages, complete = await self._collect(customer, accepted)
        plain = self.clients.plain
        shown = [rest_reply(uttered.sender, one, plain) for one in messages if is_shown(one)]
        if not complete:
            shown.append({"recipient_id": uttered.sender, "text": plain.later})
        return shown

    async def _collect(self, customer: Customer, accepted: Accepted) -> tuple[list[Message], bool]:
        """Return what was said since the last request, and whether the answer is among it."""
        cursor, messages = await self._begin(customer, accepted), []
        complete = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.patience_seconds):
                async for news in self._reads(customer, cursor):
                    messages += news
                complete = True
        if messages:
            await self.clients.places.reach(CHANNEL, customer, Cursor.of(messages[-1]))
        return messages, complete

    async def _reads(self, customer: Customer, cursor: Cursor) -> AsyncIterator[list[Message]]:
        """Yield what is new until the answer is complete.

        An update's state may be older or newer than its messages, so it takes two in a row that
        say so, the second one without news.
        """
        web = self.clients.web
        before = False
        async for _ in web.conversations.follow(customer.key):
            again = True
            while again:
                update = await web.outbox.read(customer, cursor)
                if update.messages:
                    cursor = Cursor.of(update.messages[-1])
                    yield update.messages
                now = _is_answered(update.status)
                if before and now and not update.messages:
                    return
                before = again = now

    async def _begin(self, customer: Customer, accepted: Accepted) -> Cursor:
        number = split_id(accepted.conversation_id)[1]
        if accepted.duplicate:
            return Cursor.parse(f"{number}:{accepted.message_id}")
        reached = await self.clients.places.reached(CHANNEL, customer)
        return reached or Cursor(number, (0, 0))


def _is_answered(status: Status) -> bool:
    """Whether nothing more is to be waited for: a person answers in their own time."""
    if status.owner is Owner.QUEUE:
        return status.place is not None  # the queue's words are in the log by now
    return not status.busy


def create_rest_router(channel: RestChannel) -> APIRouter:
    """Return the endpoints under /webhooks/rest."""
    router = APIRouter(prefix="/webhooks/rest", tags=["rasa"], responses=_ERRORS)

    @router.get("/")
    async def health() -> dict[str, str]:
        """Tell that the channel is there."""
        return {"status": "ok"}

    @router.post("/webhook")
    async def webhook(
        body: Uttered, request: Request, authorization: Annotated[str, Header()] = ""
    ) -> list[dict[str, Any]]:
        """Answer one message, as Rasa's REST channel does."""
        channel.check(authorization, address_of(request))
        return await channel.answer(body)

    return router
