"""The fake WeCom as a web application: its API, and a phone for whoever plays customer."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, Query

from connectors.wechat.fake.kf import KfCorp
from connectors.wechat.fake.media import media_router
from connectors.wechat.fake.pushing import Pusher

_ANY: Any = Body()
_TOKEN: Any = Query()
_LONG_POLL = 20.0


@dataclass(frozen=True, slots=True)
class Bell:
    """Rings at the callback address."""

    corp: KfCorp
    pusher: Pusher

    async def ring(self, kf_id: str) -> bool:
        """Say that there is news; returns whether it was acknowledged."""
        fields = {
            "ToUserName": self.corp.corp_id,
            "CreateTime": str(int(self.pusher.clock())),
            "MsgType": "event",
            "Event": "kf_msg_or_event",
            "Token": self.corp.ring_token,
            "OpenKfId": kf_id,
        }
        return await self.pusher.deliver(fields)


def create_kf_fake(bell: Bell) -> FastAPI:
    """Return the application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, strict_content_type=False)
    app.include_router(kf_router(bell))
    app.include_router(media_router(bell.corp.media, bell.corp.tokens))
    return app


def kf_router(bell: Bell) -> APIRouter:
    """Return the endpoints."""
    router, corp = APIRouter(), bell.corp

    @router.get("/cgi-bin/gettoken")
    async def gettoken(corpid: str, corpsecret: str) -> dict[str, Any]:
        return corp.tokens.give(corpid, corpsecret)

    @router.post("/cgi-bin/kf/{name:path}")
    async def call(
        name: str, body: dict[str, Any] = _ANY, access_token: str = _TOKEN
    ) -> dict[str, Any]:
        return corp.answer(name, access_token, body)

    @router.post("/kf/{kf_id}/{user}/enter")
    async def enter(kf_id: str, user: str) -> bool:
        corp.enters(kf_id, user)
        return await bell.ring(kf_id)

    @router.post("/kf/{kf_id}/{user}/say")
    async def say(kf_id: str, user: str, text: Annotated[str, Body(embed=True)]) -> bool:
        corp.says(kf_id, user, content=text)
        return await bell.ring(kf_id)

    @router.get("/kf/{kf_id}/{user}/screen")
    async def screen(kf_id: str, user: str, after: int = 0) -> list[dict[str, Any]]:
        """Return what the phone shows from `after` on, waiting a while for it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONG_POLL):
                await corp.shown(kf_id, user, after + 1)
        return corp.sessions[kf_id, user].screen[after:]

    return router
