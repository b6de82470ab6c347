"""The WeChat channel of a gateway: which part stands behind which port."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter

from connectors.plain_text import PlainText
from connectors.wechat.access_token import AccessTokens
from connectors.wechat.api import WeChatApi
from connectors.wechat.callback import Callback
from connectors.wechat.cipher import MessageCipher
from connectors.wechat.courier import Courier
from connectors.wechat.delivery import Counter
from connectors.wechat.receiver import Receiver
from connectors.wechat.redis_deliveries import RedisDeliveries
from connectors.wechat.routes import create_router
from connectors.wechat.wording import Wording
from yinqiao.settings import Settings
from yinqiao.web import web_context
from yinqiao.wiring import Core, background

_API_SECONDS = 5.0


class WeChatIncomplete(Exception):
    """The AppID is set, but not the AppSecret or the Token."""


@asynccontextmanager
async def open_wechat(core: Core) -> AsyncIterator[APIRouter]:
    """Yield the callback's router and deliver while open; an empty one when WeChat is off."""
    settings = core.settings
    if settings.wechat_app_id is None:
        yield APIRouter()
        return
    if settings.wechat_secret is None:
        raise WeChatIncomplete
    deliveries = RedisDeliveries(core.redis, settings.wechat_app_id)
    web = web_context(core)
    wording = Wording.load()
    client = httpx.AsyncClient(
        base_url=settings.wechat_api,
        proxy=settings.wechat_proxy,
        timeout=_API_SECONDS,
        trust_env=False,
    )
    async with client:
        secret = settings.wechat_secret.get_secret_value()
        tokens = AccessTokens(client, core.redis, settings.wechat_app_id, secret)
        api = WeChatApi(client, tokens)
        courier = Courier(Counter(web.outbox, deliveries, api, PlainText.load(), time.time))
        receiver = Receiver(
            core.conversations, web.ingress, web.greeter, deliveries, wording, courier.attend
        )
        async with background(courier.run()):
            yield create_router(callback_of(settings), receiver)


def callback_of(settings: Settings) -> Callback:
    """Return what opens pushes; raises `WeChatIncomplete`, ValueError for a malformed key."""
    if settings.wechat_app_id is None or settings.wechat_token is None:
        raise WeChatIncomplete
    cipher = None
    if settings.wechat_aes_key:
        previous = settings.wechat_previous_aes_key
        cipher = MessageCipher(
            settings.wechat_app_id,
            settings.wechat_aes_key.get_secret_value(),
            previous.get_secret_value() if previous else None,
        )
    return Callback(settings.wechat_token.get_secret_value(), cipher)
