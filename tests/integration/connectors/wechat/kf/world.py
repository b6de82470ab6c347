"""A gateway with 微信客服 on a real Valkey, and a WeCom in front of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from connectors.plain_text import PlainText
from connectors.wechat.access_token import AccessTokens
from connectors.wechat.callback import Callback
from connectors.wechat.calls import Caller
from connectors.wechat.cipher import MessageCipher
from connectors.wechat.courier import Courier
from connectors.wechat.delivery import Counter
from connectors.wechat.fake.kf import KfCorp, Session
from connectors.wechat.fake.kf_app import Bell, create_kf_fake
from connectors.wechat.fake.pushing import Envelope, Pusher
from connectors.wechat.issuers import CorpToken
from connectors.wechat.kf.api import MENU_HEAD, KfApi, State
from connectors.wechat.kf.fetcher import Fetcher
from connectors.wechat.kf.receiver import CHANNEL, DEEDS, KF_RULES, KfReceiver
from connectors.wechat.kf.redis_inbox import RedisInbox
from connectors.wechat.kf.routes import PATH, create_router
from connectors.wechat.receiver import Receiver, Shelf
from connectors.wechat.redis_deliveries import RedisDeliveries
from connectors.wechat.wording import Wording
from conversation.conversation import Customer
from tests.background import background
from tests.integration.connectors.wechat.world import Base, gateway_of

CORP, SECRET, TOKEN = "ww-test", "corp-secret-value", "kf-token-value"
CIPHER = MessageCipher(CORP, "k" * 42 + "A")
KF, USER = "wk-desk", "wm-anna"
ANNA = Customer(CHANNEL, f"{KF}/{USER}")


@dataclass
class KfWorld(Base):
    """The parts."""

    customer: Customer = ANNA
    corp: KfCorp = field(default_factory=lambda: KfCorp(CORP, SECRET))

    def __post_init__(self) -> None:
        """Wire one replica; nothing runs yet."""
        super().__post_init__()
        self.deliveries = RedisDeliveries(self.redis, CORP, CHANNEL, KF_RULES)
        self.inbox = RedisInbox(self.redis, CORP)
        self.pusher = Pusher(httpx.AsyncClient(), PATH, Envelope(TOKEN, CIPHER))
        self.bell = Bell(self.corp, self.pusher)
        self.fake_api = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_kf_fake(self.bell)), base_url="http://wecom"
        )
        tokens = AccessTokens(self.redis, CorpToken(self.fake_api, CORP, SECRET))
        self.api = KfApi(Caller(self.fake_api, tokens), self.inbox)
        counter = Counter(
            *(self.outbox, self.deliveries, self.api, PlainText.load(), time.time, self.pause),
            menu_head=MENU_HEAD,
            files=self.files,
        )
        self.courier = Courier(counter, CHANNEL, round_seconds=0.05)
        receiver = Receiver(
            *(self.store, self.ingress, self.greeter, self.deliveries, Wording.load()),
            *(self.courier.attend, CHANNEL, DEEDS, Shelf(self.api.caller, self.files)),
        )
        self.receiver = KfReceiver(receiver, self.deliveries, self.inbox)
        self.fetcher = Fetcher(self.inbox, self.api, self.receiver, round_seconds=0.05)
        self.gateway = gateway_of(create_router(Callback(TOKEN, CIPHER), self.inbox, self.fetcher))
        self.pusher.client = self.gateway

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Fetch and deliver while open."""
        async with background(self.fetcher.run(), self.courier.run()):
            yield

    @property
    def session(self) -> Session:
        """Anna's session at WeCom."""
        return self.corp.sessions[KF, USER]

    async def says(self, text: str, **more: str) -> bool:
        """Let Anna write; returns whether the ring was acknowledged."""
        self.corp.says(KF, USER, content=text, **more)
        return await self.bell.ring(KF)

    async def shown(self, count: int) -> list[str]:
        """Return the texts on Anna's screen once there are `count`."""
        async with asyncio.timeout(60):
            return [entry["text"] for entry in await self.corp.shown(KF, USER, count)]

    async def heard(self) -> list[str]:
        """Return what customers said in Anna's conversation."""
        log = await self.store.log((await self.current()).id)
        return [message.text for message in log if message.sender.value == "customer"]

    async def fetched(self) -> None:
        """Return when no news is left."""
        async with asyncio.timeout(60):
            while await self.inbox.waiting():
                continue

    async def reaches(self, state: State) -> None:
        """Return when Anna's session is in this state."""
        async with asyncio.timeout(60):
            while self.session.state is not state:
                await self.corp.called(self.corp.calls + 1)
