"""The fake WeChat as a web application: WeChat's API, and a phone for whoever plays customer."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, Query

from connectors.wechat.fake.account import Account
from connectors.wechat.fake.media import media_router
from connectors.wechat.fake.pushing import Pusher
from connectors.wechat.quota import Deed

_ANY: Any = Body()
_TOKEN: Any = Query()
_LONG_POLL = 20.0


def create_fake(account: Account, pusher: Pusher) -> FastAPI:
    """Return the application."""
    # WeChat reads JSON whatever the caller says that it is.
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, strict_content_type=False)

    @app.get("/readyz")
    async def readyz() -> bool:
        return True

    app.include_router(_api(account))
    app.include_router(media_router(account.media, account.tokens))
    app.include_router(_phones(account, pusher))
    return app


def _api(account: Account) -> APIRouter:
    router = APIRouter(prefix="/cgi-bin")

    @router.post("/stable_token")
    async def stable_token(wish: dict[str, Any] = _ANY) -> dict[str, Any]:
        return account.token(wish)

    @router.post("/message/custom/send")
    async def send(body: dict[str, Any] = _ANY, access_token: str = _TOKEN) -> dict[str, Any]:
        return account.send(access_token, body)

    @router.post("/message/custom/typing")
    async def typing(body: dict[str, Any] = _ANY, access_token: str = _TOKEN) -> dict[str, Any]:
        return account.type(access_token, body)

    return router


def _phones(account: Account, pusher: Pusher) -> APIRouter:
    router = APIRouter(prefix="/phones/{open_id}")

    @router.post("/follow")
    async def follow(open_id: str) -> bool:
        account.deed(open_id, Deed.CLICK)
        return await pusher.push(open_id, "event", Event="subscribe", EventKey="")

    @router.post("/unfollow")
    async def unfollow(open_id: str) -> bool:
        account.phones[open_id].follows = False
        return await pusher.push(open_id, "event", Event="unsubscribe", EventKey="")

    @router.post("/say")
    async def say(open_id: str, text: Annotated[str, Body(embed=True)]) -> bool:
        account.deed(open_id, Deed.MESSAGE)
        return await pusher.push(open_id, "text", Content=text)

    @router.post("/show")
    async def show(open_id: str, kind: Annotated[str, Body(embed=True)]) -> bool:
        account.deed(open_id, Deed.MESSAGE)
        return await pusher.push(open_id, kind, MediaId="media")

    @router.post("/click")
    async def click(open_id: str, label: Annotated[str, Body(embed=True)]) -> bool:
        """Click the latest menu item with this label."""
        shown = reversed(account.phones[open_id].screen)
        item = next(i for entry in shown for i in entry["menu"] if i["content"] == label)
        account.deed(open_id, Deed.CLICK)
        chosen = {"Content": label, "bizmsgmenuid": item["id"]}
        return await pusher.push(open_id, "text", **chosen)

    @router.get("/screen")
    async def screen(open_id: str, after: int = 0) -> list[dict[str, Any]]:
        """Return what the phone shows from `after` on, waiting a while for it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONG_POLL):
                await account.shown(open_id, after + 1)
        return account.phones[open_id].screen[after:]

    return router
