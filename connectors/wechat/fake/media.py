"""The files that the fake WeChat keeps: what customers sent, and what was uploaded."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Response, UploadFile

from connectors.wechat.fake.tokens import IssuedTokens, refusal

_BAD_MEDIA, _BAD_KIND, _OVERSIZE = 40007, 40004, 40009
_LARGEST = {"image": 10 * 1024 * 1024, "file": 20 * 1024 * 1024}


@dataclass(slots=True)
class MediaStore:
    """By media_id: kind, name, content."""

    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)

    def put(self, kind: str, name: str, content: bytes) -> str:
        """Keep a file; returns its media_id."""
        media_id = secrets.token_urlsafe(24)
        self.files[media_id] = (kind, name, content)
        return media_id

    def shown(self, kind: str, media_id: str) -> dict[str, Any] | None:
        """Return what a phone shows of a file; None for one that was not uploaded so."""
        held = self.files.get(media_id)
        return {"text": "", "menu": [], "file": held[1:]} if held and held[0] == kind else None


def media_router(store: MediaStore, tokens: IssuedTokens) -> APIRouter:
    """Return `media/upload` and `media/get`."""
    router = APIRouter(prefix="/cgi-bin/media")

    @router.post("/upload")
    async def upload(
        access_token: str,
        media: Annotated[UploadFile, File()],
        kind: Annotated[str, Query(alias="type")],
    ) -> dict[str, Any]:
        content = await media.read()
        if problem := tokens.problem(access_token):
            return refusal(problem)
        if kind not in _LARGEST:
            return refusal(_BAD_KIND)
        if not 5 < len(content) <= _LARGEST[kind]:  # noqa: PLR2004 - WeChat's least size
            return refusal(_OVERSIZE)
        return {"type": kind, "media_id": store.put(kind, media.filename or "", content)}

    @router.get("/get")
    async def get(access_token: str, media_id: str) -> Any:
        if problem := tokens.problem(access_token):
            return refusal(problem)
        if media_id not in store.files:
            return refusal(_BAD_MEDIA)
        return Response(store.files[media_id][2], media_type="application/octet-stream")

    return router
