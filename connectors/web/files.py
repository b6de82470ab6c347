"""The customer's files: sent as a request's whole body, read again by their own customer alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from connectors.ingress import MAX_CLIENT_ID
from connectors.web.context import WebContext
from connectors.web.routes import address_of, check_speed
from connectors.web.tokens import Visitor
from connectors.web.visitor import visitor_of
from connectors.web.wire import AcceptedOut
from conversation.conversation import split_id
from conversation.errors import ConversationError

PATH = "/api/files"
_LONGEST_NAME = 200


def create_files(context: WebContext) -> APIRouter:
    """Return the endpoints under /api/files."""
    router = APIRouter(prefix=PATH, tags=["web"])
    known = Depends(visitor_of(context.tokens))

    @router.post("", status_code=202)
    async def send(
        request: Request,
        client_id: Annotated[str, Query(min_length=1, max_length=MAX_CLIENT_ID)],
        name: Annotated[str, Query(min_length=1, max_length=_LONGEST_NAME)],
        who: Visitor = known,
    ) -> AcceptedOut:
        """Accept a picture or a PDF; repeating it with the same client_id is harmless."""
        await check_speed(context, who, address_of(request))
        conversation = await context.conversations.open(who.customer)
        stored = await context.files.put(conversation.id, name, await request.body())
        try:
            accepted = await context.ingress.accept(who.customer, client_id, name, files=(stored,))
        except ConversationError:
            await context.files.drop(who.customer.key, stored.id)
            raise
        if accepted.duplicate:
            await context.files.drop(who.customer.key, stored.id)
        number = split_id(accepted.conversation_id)[1]
        return AcceptedOut(client_id=client_id, cursor=f"{number}:{accepted.message_id}")

    @router.get("/{number}/{name}")
    async def read(number: str, name: str, who: Visitor = known) -> Response:
        """Return one of the customer's own files."""
        stored = await context.files.get(who.customer.key, f"{number}/{name}")
        if stored is None:
            raise HTTPException(404)
        return Response(stored.content, headers=stored.headers)

    return router
