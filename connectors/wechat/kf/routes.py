"""The callback address of 微信客服."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from connectors.wechat.callback import Callback
from connectors.wechat.errors import BadCallback
from connectors.wechat.kf.fetcher import Fetcher
from connectors.wechat.kf.ports import Inbox
from connectors.wechat.push import OPEN_ID
from conversation.errors import StoreUnavailable

PATH = "/wechat/kf/callback"
_EVENT = "kf_msg_or_event"
_TOKEN_BYTES = 128
_PATIENCE = 4.0  # WeCom's is five seconds


def create_router(callback: Callback, inbox: Inbox, fetcher: Fetcher) -> APIRouter:
    """Return the endpoint; what is not from WeCom is `BadCallback`, whatever is wrong with it."""
    router = APIRouter(tags=["wechat"])

    @router.get(PATH, response_class=PlainTextResponse)
    async def verify(request: Request) -> str:
        """Prove to WeCom that the address is ours."""
        return callback.verify_sealed(request.query_params)

    @router.post(PATH, response_class=PlainTextResponse)
    async def news(request: Request) -> str:
        """Note that there is news; it is fetched afterwards, whatever becomes of this process."""
        fields = callback.read(request.query_params, await request.body())
        if fields.get("Event") != _EVENT:
            return "success"
        kf_id, token = fields.get("OpenKfId", ""), fields.get("Token", "")
        if not OPEN_ID.fullmatch(kf_id) or len(token) > _TOKEN_BYTES:
            raise BadCallback
        try:
            async with asyncio.timeout(_PATIENCE):
                await inbox.rang(kf_id, token)
        except TimeoutError as error:
            raise StoreUnavailable from error
        fetcher.attend(kf_id)
        return "success"

    return router
