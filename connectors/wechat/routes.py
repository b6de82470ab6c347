"""The callback address."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from connectors.wechat.callback import Callback
from connectors.wechat.passive import PassiveReplies
from connectors.wechat.receiver import Receiver
from conversation.errors import StoreUnavailable

PATH = "/wechat/callback"
_PATIENCE = 4.0  # WeChat's is five seconds


def create_router(
    callback: Callback, receiver: Receiver, passive: PassiveReplies | None = None
) -> APIRouter:
    """Return the endpoint; what is not from WeChat is `BadCallback`, whatever is wrong with it.

    With `passive` the acknowledgement waits for an answer that is ready in time.
    """
    router = APIRouter(tags=["wechat"])

    @router.get(PATH, response_class=PlainTextResponse)
    async def verify(request: Request) -> str:
        """Prove to WeChat that the address is ours."""
        return callback.verify(request.query_params)

    @router.post(PATH, response_class=PlainTextResponse)
    async def push(request: Request) -> Response:
        """Take a push; what was not stored is not acknowledged, and WeChat sends it again."""
        body = await request.body()
        pushed, said = callback.open(request.query_params, body), None
        try:
            async with asyncio.timeout(_PATIENCE):
                if passive:
                    said = await passive.answer(pushed, receiver.receive)
                else:
                    await receiver.receive(pushed)
        except TimeoutError as error:
            raise StoreUnavailable from error
        if said is None:
            return PlainTextResponse("success")
        return Response(callback.reply(body, pushed, said), media_type="application/xml")

    return router
