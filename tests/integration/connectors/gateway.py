"""A real gateway on loopback and a real Valkey; only the bot is a stand-in."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from redis.asyncio import Redis

from connectors.greeter import Greeter
from connectors.ingress import Ingress
from connectors.limits import Limits
from connectors.outbox import Outbox
from connectors.plain_text import PlainText
from connectors.rasa.line import RasaClients
from connectors.rasa.rest import RestChannel, create_rest_router
from connectors.rasa.socketio import PATH, open_socketio
from connectors.redis_buckets import RedisBuckets
from connectors.redis_places import RedisPlaces
from connectors.signs import CustomerSigns
from connectors.web.app import create_gateway
from connectors.web.context import WebContext
from connectors.web.tokens import Tokens
from conversation.approved import Author, Seal
from conversation.conversation import Conversation, Customer
from conversation.disk_files import DiskFiles
from conversation.message import Draft, Sender
from conversation.redis_signals import RedisSignals
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.settle import Settler
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker
from tests.background import background
from tests.unit.conversation.doubles import (
    EchoBot,
    ListQueue,
    ListRecorder,
    OpenGate,
    WordLexicon,
)

SECRET = "0123456789abcdef0123456789abcdef"
WORDS = Utterances.load()
GREETING = WORDS.text("greeting")
IN_LINE = f"{WORDS.text('queued', position=1)}\n{WORDS.text('intake_what')}"
"""What who complains is told: the place, and what may be added."""
NOWHERE = Path(os.devnull)  # no file is sent in these tests


@dataclass
class Gateway:
    """The parts behind the address `url`, which is set while it runs."""

    redis: Redis
    bot: EchoBot = field(default_factory=EchoBot)
    limits: Limits | None = None
    token: str | None = None
    patience: float = 15.0
    proof: float = 20.0
    url: str = ""

    def __post_init__(self) -> None:
        """Wire."""
        self.seal = Seal()
        self.gate = OpenGate(self.seal)
        self.queue = ListQueue()
        self.wake = Wake(self.redis)
        self.store = RedisConversations(self.redis, self.seal, self.wake)
        self.turns = RedisTurns(self.redis, "worker")
        signals = RedisSignals(self.redis)
        self.context = WebContext(
            conversations=self.store,
            turns=self.turns,
            queue=self.queue,
            ingress=Ingress(self.store, self.turns, lambda text: text),
            outbox=Outbox(self.store, self.queue, signals),
            greeter=Greeter(self.store, self.turns, self.gate, WORDS),
            tokens=Tokens(SECRET),
            files=DiskFiles(NOWHERE),
            signs=CustomerSigns(self.store, signals),
            limits=self.limits or Limits(RedisBuckets(self.redis)),
            origins=("https://bank.example",),
        )
        self.places = RedisPlaces(self.redis)
        self.clients = RasaClients(self.context, self.places, PlainText.load(), self.proof)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Answer on a free port while open."""

        async def ready() -> dict[str, bool]:
            return {"store": True}

        app = create_gateway(self.context, ready)
        rest = RestChannel(self.clients, self.token, self.patience)
        app.include_router(create_rest_router(rest))
        async with open_socketio(self.clients) as lines:
            app.mount(PATH, lines)
            async with served(app) as self.url:
                yield

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Handle turns while open."""
        settler = Settler(self.store, self.turns, self.gate, self.queue, ListRecorder(), WORDS)
        handler = TurnHandler(self.store, self.turns, self.bot, self.gate, WordLexicon(), WORDS)
        async with background(TurnWorker(self.store, self.turns, handler, settler).run()):
            yield

    async def take_over(self, customer: Customer) -> Conversation:
        """Let the agent 小王 take over what waits in the queue."""
        conversation = await self.store.open(customer)
        await self.store.take_over(conversation.id, Author(Sender.AGENT, 0, "wang", "小王"), 1)
        return await self.store.get(conversation.id)

    async def agent_says(self, conversation: Conversation, text: str, **more: Any) -> None:
        """Say something as 小王."""
        author = Author(Sender.AGENT, conversation.epoch, "wang", "小王")
        await self.store.send(self.gate.approve(conversation, author, [Draft(text, **more)]))


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application on a free port of loopback; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
