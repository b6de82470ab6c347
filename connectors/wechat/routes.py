"""The callback address."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from connectors.wechat.callback import Callback
from connectors.wechat.receiver import Receiver
from conversation.errors import StoreUnavailable

PATH = "/wechat/callback"
_PATIENCE = 4.0  # WeChat's is five seconds


def create_router(callback: Callback, receiver: Receiver) -> APIRouter:
    """Return the endpoint; what is not from WeChat is `BadCallback`, whatever is wrong with it."""
    router = APIRouter(tags=["wechat"])

    @router.get(PATH, response_class=PlainTextResponse)
    async def verify(request: Request) -> str:
        """Prove to WeChat that the address is ours."""
        return callback.verify(request.query_params)

    @router.post(PATH, response_class=PlainTextResponse)
    async def push(request: Request) -> str:
        """Take a push; what was not stored is not acknowledged, and WeChat sends it again."""
        pushed = callback.open(request.query_params, await request.body())
        try:
            async with asyncio.timeout(_PATIENCE):
                await receiver.receive(pushed)
        except TimeoutError as error:
            raise StoreUnavailable from error
        return "success"

    return router
