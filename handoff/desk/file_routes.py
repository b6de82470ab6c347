"""GET of a conversation's file, for the staff who may see it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response

from handoff.desk.parts import Parts


def file_routes(parts: Parts) -> APIRouter:
    """Return the endpoint; it answers 404 for whatever this member of staff may not see."""
    router = APIRouter(tags=["files"])

    @router.get("/files/{conversation}/{number}/{name}", summary="A conversation's file")
    async def read(request: Request, conversation: str, number: str, name: str) -> Response:
        account = await parts.sessions.account(request)
        stored = None
        if account and parts.attachments:
            stored = await parts.attachments.read(account, conversation, f"{number}/{name}")
        if stored is None:
            raise HTTPException(404)
        return Response(stored.content, headers=stored.headers)

    return router
