"""The WeChat channels of a gateway: which part stands behind which port."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import APIRouter
from pydantic import SecretStr

from connectors.plain_text import PlainText
from connectors.web.context import WebContext
from connectors.wechat import routes
from connectors.wechat.access_token import AccessTokens
from connectors.wechat.api import WeChatApi
from connectors.wechat.callback import Callback
from connectors.wechat.calls import Caller
from connectors.wechat.cipher import MessageCipher
from connectors.wechat.courier import Courier
from connectors.wechat.delivery import Counter
from connectors.wechat.issuers import CorpToken, StableToken
from connectors.wechat.kf import receiver as kf
from connectors.wechat.kf import routes as kf_routes
from connectors.wechat.kf.api import MENU_HEAD, KfApi
from connectors.wechat.kf.fetcher import Fetcher
from connectors.wechat.kf.redis_inbox import RedisInbox
from connectors.wechat.passive import PassiveReplies
from connectors.wechat.ports import Media
from connectors.wechat.receiver import DEEDS, Deeds, Receiver, Shelf
from connectors.wechat.redis_deliveries import CHANNEL, RedisDeliveries
from connectors.wechat.wording import Wording
from yinqiao.settings import Settings
from yinqiao.web import web_context
from yinqiao.wiring import Core, background

_API_SECONDS = 5.0


class WeChatIncomplete(Exception):
    """A WeChat account is named, but a secret, the Token or (kf) the EncodingAESKey is missing."""


@asynccontextmanager
async def open_wechat(core: Core) -> AsyncIterator[APIRouter]:
    """Yield the callbacks' router and deliver while open; an empty one when WeChat is off."""
    router, settings = APIRouter(), core.settings
    async with AsyncExitStack() as stack:
        if settings.wechat_app_id is not None:
            router.include_router(await _official_account(core, settings.wechat_app_id, stack))
        if settings.wechat_kf_corp_id is not None:
            router.include_router(await _kf(core, settings.wechat_kf_corp_id, stack))
        yield router


async def _official_account(core: Core, app_id: str, stack: AsyncExitStack) -> APIRouter:
    settings = core.settings
    client = await stack.enter_async_context(_client(settings, settings.wechat_api))
    deliveries, web = deliveries_of(core)[CHANNEL], web_context(core)
    issuer = StableToken(client, app_id, _given(settings.wechat_secret))
    api = WeChatApi(_caller(core, issuer), menus=not settings.wechat_mini_program)
    passive = _passive(settings, deliveries)
    counter = Counter(
        web.outbox, deliveries, api, PlainText.load(), time.time, passive=passive, files=web.files
    )
    courier = Courier(counter)
    callback, receiver = (
        callback_of(settings),
        _receiver(web, deliveries, courier, DEEDS, api.caller),
    )
    await stack.enter_async_context(background(courier.run()))
    return routes.create_router(callback, receiver, passive)


async def _kf(core: Core, corp_id: str, stack: AsyncExitStack) -> APIRouter:
    settings = core.settings
    client = await stack.enter_async_context(_client(settings, settings.wechat_kf_api))
    deliveries, web = deliveries_of(core)[kf.CHANNEL], web_context(core)
    inbox = RedisInbox(core.redis, corp_id)
    issuer = CorpToken(client, corp_id, _given(settings.wechat_kf_secret))
    api = KfApi(_caller(core, issuer), inbox)
    counter = Counter(
        web.outbox,
        deliveries,
        api,
        PlainText.load(),
        time.time,
        menu_head=MENU_HEAD,
        files=web.files,
    )
    courier = Courier(counter, kf.CHANNEL)
    callback = kf_callback_of(settings)
    receiver = _receiver(web, deliveries, courier, kf.DEEDS, api.caller)
    fetcher = Fetcher(inbox, api, kf.KfReceiver(receiver, deliveries, inbox))
    await stack.enter_async_context(background(courier.run(), fetcher.run()))
    return kf_routes.create_router(callback, inbox, fetcher)


def deliveries_of(core: Core) -> dict[str, RedisDeliveries]:
    """Return the state of deliveries by channel, of the channels that are on."""
    settings, found = core.settings, dict[str, RedisDeliveries]()
    if app_id := settings.wechat_app_id:
        found[CHANNEL] = RedisDeliveries(core.redis, app_id)
    if corp_id := settings.wechat_kf_corp_id:
        found[kf.CHANNEL] = RedisDeliveries(core.redis, corp_id, kf.CHANNEL, kf.KF_RULES)
    return found


def callback_of(settings: Settings) -> Callback:
    """Return what opens pushes; raises `WeChatIncomplete`, ValueError for a malformed key."""
    if settings.wechat_app_id is None:
        raise WeChatIncomplete
    keys = (settings.wechat_aes_key, settings.wechat_previous_aes_key)
    return Callback(_given(settings.wechat_token), _cipher(settings.wechat_app_id, *keys))


def kf_callback_of(settings: Settings) -> Callback:
    """Return what opens WeCom's calls, which are always encrypted; raises as `callback_of`."""
    if settings.wechat_kf_corp_id is None or settings.wechat_kf_aes_key is None:
        raise WeChatIncomplete
    keys = (settings.wechat_kf_aes_key, settings.wechat_kf_previous_aes_key)
    return Callback(_given(settings.wechat_kf_token), _cipher(settings.wechat_kf_corp_id, *keys))


def _receiver(
    web: WebContext, deliveries: RedisDeliveries, courier: Courier, deeds: Deeds, media: Media
) -> Receiver:
    return Receiver(
        *(web.conversations, web.ingress, web.greeter, deliveries, Wording.load()),
        courier.attend,
        courier.channel,
        deeds,
        Shelf(media, web.files),
    )


def _passive(settings: Settings, deliveries: RedisDeliveries) -> PassiveReplies | None:
    """Return who answers in WeChat's connection; a mini-program may only be acknowledged."""
    seconds = settings.wechat_passive_seconds
    if not seconds or settings.wechat_mini_program:
        return None
    return PassiveReplies(deliveries, seconds)


def _client(settings: Settings, api: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=api, proxy=settings.wechat_proxy, timeout=_API_SECONDS, trust_env=False
    )


def _caller(core: Core, issuer: StableToken | CorpToken) -> Caller:
    return Caller(issuer.client, AccessTokens(core.redis, issuer))


def _given(secret: SecretStr | None) -> str:
    if secret is None:
        raise WeChatIncomplete
    return secret.get_secret_value()


def _cipher(
    account: str, key: SecretStr | None, previous: SecretStr | None
) -> MessageCipher | None:
    if not key:
        return None
    before = previous.get_secret_value() if previous else None
    return MessageCipher(account, key.get_secret_value(), before)
