"""The REST half of the web protocol: sessions, sending, polling, leaving the queue."""

from __future__ import annotations

import contextlib
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.requests import HTTPConnection

from connectors.errors import BadCursor, BadIdentity
from connectors.outbox import Cursor
from connectors.web.context import WebContext
from connectors.web.tokens import Scope, Visitor
from connectors.web.visitor import visitor_of
from connectors.web.wire import (
    AcceptedOut,
    ErrorOut,
    MessageIn,
    MessagesOut,
    SessionIn,
    SessionOut,
    message_out,
    state_out,
)
from conversation.approved import Author
from conversation.conversation import Owner, split_id
from conversation.errors import Refused
from conversation.message import Sender

_ERRORS: dict[int | str, dict[str, object]] = {
    code: {"model": ErrorOut} for code in (401, 403, 409, 413, 422, 429, 503)
}


def parse_cursor(text: str | None) -> Cursor | None:
    """Read a client's cursor; raises `BadCursor` for anything that is not one."""
    if not text:
        return None
    try:
        return Cursor.parse(text)
    except ValueError as error:
        raise BadCursor from error


def create_router(context: WebContext) -> APIRouter:
    """Return the endpoints under /api."""
    router = APIRouter(prefix="/api", tags=["web"], responses=_ERRORS)

    # A default, not an alias: postponed annotations cannot name what is local to a function.
    known = Depends(visitor_of(context.tokens))

    @router.post("/session")
    async def session(body: SessionIn, request: Request) -> SessionOut:
        """Issue a token: for the customer whom the bank's site names, else for a visitor.

        An old valid token keeps its visitor. An `identity` that cannot be believed is refused.
        """
        await context.limits.session(address_of(request))
        return await open_session(context, body)

    @router.post("/messages", status_code=202)
    async def send(body: MessageIn, request: Request, who: Visitor = known) -> AcceptedOut:
        """Accept a customer message; repeating it with the same client_id is harmless."""
        await check_speed(context, who, address_of(request))
        accepted = await context.ingress.accept(
            who.customer, body.client_id, body.text, large_text=body.large_text
        )
        number = split_id(accepted.conversation_id)[1]
        return AcceptedOut(client_id=body.client_id, cursor=f"{number}:{accepted.message_id}")

    @router.get("/messages")
    async def read(
        who: Visitor = known, after: Annotated[str | None, Query(max_length=64)] = None
    ) -> MessagesOut:
        """Return what is new since `after`; without it, the recent history."""
        await context.greeter.greet(who.customer)
        update = await context.outbox.read(who.customer, parse_cursor(after))
        await context.signs.delivered(who.customer, update)
        shown = [message_out(m) for m in update.messages if m.for_customer]
        return MessagesOut(messages=shown, state=state_out(update.status))

    @router.post("/leave-queue", status_code=204)
    async def leave(who: Visitor = known) -> Response:
        """Give up waiting for a person; the bot goes on."""
        await leave_queue(context, who)
        return Response(status_code=204)

    return router


def address_of(connection: HTTPConnection) -> str | None:
    """Return the address of who asks; the server has read a trusted proxy's word for it."""
    return connection.client.host if connection.client else None


async def check_speed(context: WebContext, who: Visitor, address: str | None) -> None:
    """Count a message; raises `TooFast`. The installation's own diagnosis is not limited."""
    if who.scope is not Scope.DIAGNOSE:
        await context.limits.message(who.customer, address)


async def open_session(context: WebContext, wish: SessionIn) -> SessionOut:
    """Return a fresh token; raises `BadIdentity`."""
    tokens = context.tokens
    if wish.identity is None:
        seconds = int(tokens.lifetime.total_seconds())
        return SessionOut(token=tokens.renew(wish.token), expires_in=seconds)
    if context.identities is None:
        raise BadIdentity
    identity = await context.identities.verify(wish.identity)
    seconds = int(tokens.known_lifetime.total_seconds())
    return SessionOut(token=tokens.issue_known(identity), expires_in=seconds, identified=True)


async def leave_queue(context: WebContext, who: Visitor) -> None:
    """Move `queue → bot`; nothing happens when the customer is not waiting."""
    conversation = await context.conversations.current(who.customer)
    if conversation is None or conversation.owner is not Owner.QUEUE:
        return
    draft = context.greeter.utterances.draft("left_queue")
    author = Author(Sender.SYSTEM, conversation.epoch)
    approved = context.greeter.gate.approve(conversation, author, [draft])
    with contextlib.suppress(Refused):  # an agent was faster
        await context.conversations.leave(approved)
    await context.turns.put(conversation.id)
