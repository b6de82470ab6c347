"""A gateway with the WeChat channel on a real Valkey, and a WeChat in front of it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import APIRouter, FastAPI
from redis.asyncio import Redis

from connectors.greeter import Greeter
from connectors.ingress import Ingress
from connectors.outbox import Outbox
from connectors.plain_text import PlainText
from connectors.web import faults
from connectors.wechat.access_token import AccessTokens
from connectors.wechat.api import WeChatApi
from connectors.wechat.callback import Callback
from connectors.wechat.calls import Caller
from connectors.wechat.cipher import MessageCipher
from connectors.wechat.courier import Courier
from connectors.wechat.delivery import Counter
from connectors.wechat.fake.account import Account
from connectors.wechat.fake.app import create_fake
from connectors.wechat.fake.pushing import Envelope, Pusher
from connectors.wechat.issuers import StableToken
from connectors.wechat.passive import PassiveReplies
from connectors.wechat.quota import Deed
from connectors.wechat.receiver import Receiver, Shelf
from connectors.wechat.redis_deliveries import CHANNEL, RedisDeliveries
from connectors.wechat.routes import PATH, create_router
from connectors.wechat.wording import Wording
from conversation.approved import Author, Seal
from conversation.conversation import Conversation, Customer
from conversation.disk_files import DiskFiles
from conversation.house import House
from conversation.intake import IntakeForm
from conversation.message import Draft, Sender
from conversation.ports import Accepted, Bot
from conversation.reception import Reception
from conversation.redis_signals import RedisSignals
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.settle import Settler
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker
from tests.background import background
from tests.unit.conversation.doubles import ListQueue, ListRecorder, OpenGate, WordLexicon

APP, SECRET, TOKEN = "wx-test", "app-secret-value", "callback-token-value"
CIPHER = MessageCipher(APP, "k" * 42 + "A")
ANNA = Customer(CHANNEL, "anna")
NOWHERE = Path(os.devnull)  # where files are for tests that have none
WORDS = Utterances.load()


@dataclass
class Base:
    """What stands behind any channel here; `raw` is what a vault would have been given."""

    redis: Redis
    bot: Bot
    customer: Customer
    raw: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    """The waits that deliveries would have made."""
    folder: Path = NOWHERE

    def __post_init__(self) -> None:
        """Wire what all replicas share."""
        self.seal = Seal()
        self.gate = OpenGate(self.seal)
        self.queue = ListQueue()
        self.wake = Wake(self.redis)
        self.store = RedisConversations(self.redis, self.seal, self.wake)
        self.turns = RedisTurns(self.redis, "worker")
        self.outbox = Outbox(self.store, self.queue, RedisSignals(self.redis))
        self.greeter = Greeter(self.store, self.turns, self.gate, WORDS)

        async def keep(_: Accepted, text: str) -> None:
            self.raw.append(text)

        def redact(text: str) -> str:
            return text.replace("13800138000", "138****8000")

        self.files = DiskFiles(self.folder)
        self.ingress = Ingress(self.store, self.turns, redact, keep)

    async def pause(self, seconds: float) -> None:
        """Note a wait instead of waiting."""
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Handle turns while open."""
        settler = Settler(self.store, self.turns, self.gate, self.queue, ListRecorder(), WORDS)
        lexicon, house = WordLexicon(), House(self.store, self.turns, self.gate, WORDS)
        handler = Reception(
            *(self.store, self.queue, house, lexicon, IntakeForm.load()),
            TurnHandler(self.store, self.turns, self.bot, self.gate, lexicon, WORDS),
        )
        async with background(TurnWorker(self.store, self.turns, handler, settler).run()):
            yield

    async def current(self) -> Conversation:
        """Return the customer's conversation."""
        conversation = await self.store.current(self.customer)
        assert conversation
        return conversation

    async def speak(self, *texts: str) -> None:
        """Let the system say something to the customer, as staff would."""
        conversation = await self.current()
        author = Author(Sender.SYSTEM, conversation.epoch)
        drafts = [Draft(text) for text in texts]
        await self.store.send(self.gate.approve(conversation, author, drafts))


@dataclass
class World(Base):
    """An Official Account."""

    customer: Customer = ANNA
    account: Account = field(default_factory=lambda: Account(APP, SECRET))
    patience: float = 0.0
    """How long an acknowledgement may wait for an answer."""

    def __post_init__(self) -> None:
        """Wire what both replicas share and the first replica."""
        super().__post_init__()
        self.deliveries = RedisDeliveries(self.redis, APP)
        self.fake_api = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_fake(self.account, None)),  # type: ignore[arg-type]
            base_url="http://wechat",
        )
        self.passive = PassiveReplies(self.deliveries, self.patience) if self.patience else None
        self.courier = self.replica()
        router = create_router(Callback(TOKEN, CIPHER), self.receiver(), self.passive)
        self.gateway = gateway_of(router)
        self.pusher = Pusher(self.gateway, PATH, Envelope(TOKEN, CIPHER))
        self.pusher.shows = self.account.hears

    def tokens(self) -> AccessTokens:
        """Return one replica's tokens."""
        return AccessTokens(self.redis, StableToken(self.fake_api, APP, SECRET))

    def replica(self) -> Courier:
        """Return what delivers in one gateway."""
        counter = Counter(
            self.outbox,
            self.deliveries,
            WeChatApi(Caller(self.fake_api, self.tokens()), menus=not self.account.mini_program),
            PlainText.load(),
            time.time,
            pause=self.pause,
            passive=self.passive,
            files=self.files,
        )
        return Courier(counter, round_seconds=0.05)

    def receiver(self) -> Receiver:
        """Return what takes pushes."""
        return Receiver(
            *(self.store, self.ingress, self.greeter, self.deliveries),
            Wording.load(),
            self.courier.attend,
            shelf=Shelf(Caller(self.fake_api, self.tokens()), self.files),
        )

    async def says(self, text: str, **more: str) -> bool:
        """Let Anna write; returns whether it was acknowledged."""
        clicked = "bizmsgmenuid" in more
        self.account.deed("anna", Deed.CLICK if clicked else Deed.MESSAGE)
        return await self.pusher.push("anna", "text", Content=text, **more)

    async def shown(self, count: int) -> list[str]:
        """Return the texts on Anna's screen once there are `count`."""
        async with asyncio.timeout(20):
            return [entry["text"] for entry in await self.account.shown("anna", count)]


def gateway_of(router: APIRouter) -> httpx.AsyncClient:
    """Return a client of an application with these endpoints."""
    app = FastAPI()
    faults.install(app)
    app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")
