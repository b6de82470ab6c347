"""A gateway and a bank's own site on two origins, in memory, in one thread beside the browser."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jwt.algorithms import HMACAlgorithm

from connectors.greeter import Greeter
from connectors.identity import Identities, Keys
from connectors.ingress import Ingress
from connectors.limits import Limits
from connectors.memory import MemoryBuckets, MemoryOnce
from connectors.outbox import Outbox
from connectors.signs import CustomerSigns
from connectors.web.app import create_gateway
from connectors.web.context import WebContext
from connectors.web.tokens import Tokens
from conversation.approved import Author
from conversation.conversation import Customer
from conversation.disk_files import DiskFiles
from conversation.memory_signals import MemorySignals
from conversation.message import Draft, Sender
from conversation.utterances import Utterances
from tests.conftest import free_port
from tests.unit.conversation.doubles import Bench, EchoBot

SECRET = "0123456789abcdef0123456789abcdef"
KEY = "k" * 32
_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>示例银行</title>
<main><h1>示例银行网上银行</h1></main>
<script src="{gateway}/static/embed.js" data-title="示例银行" data-hotline="955XX"
  data-identity="/who" async></script></html>"""


@dataclass
class WidgetSite:
    """`logged_in` is whom the bank's site takes the browser for."""

    folder: Path
    logged_in: str | None = None
    gateway: str = ""
    bank: str = ""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _servers: dict[str, tuple[uvicorn.Server, asyncio.Task[None]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Wire both; nothing listens yet."""
        self._ports = {"gateway": free_port(), "bank": free_port()}
        self.gateway, self.bank = (f"http://127.0.0.1:{port}" for port in self._ports.values())
        jwk = {**json.loads(HMACAlgorithm.to_jwk(KEY)), "kid": "site"}
        keys = self.folder / "keys.json"
        keys.write_text(json.dumps({"keys": [jwk]}), "utf-8")
        self.bench = Bench(EchoBot())
        self._apps = {"gateway": self._gateway(Keys.open(keys)), "bank": self._bank()}

    def _gateway(self, keys: Keys) -> FastAPI:
        bench, words = self.bench, Utterances.load()

        async def ready() -> dict[str, bool]:
            return {"store": True}

        signals = MemorySignals(bench.store.wake)
        context = WebContext(
            conversations=bench.store,
            turns=bench.turns,
            queue=bench.queue,
            ingress=Ingress(bench.store, bench.turns, lambda text: text),
            outbox=Outbox(bench.store, bench.queue, signals),
            greeter=Greeter(bench.store, bench.turns, bench.gate, words),
            tokens=Tokens(SECRET),
            files=DiskFiles(self.folder / "files", largest=70_000),
            signs=CustomerSigns(bench.store, signals),
            limits=Limits(MemoryBuckets()),
            identities=Identities(keys, "yinqiao", MemoryOnce()),
            origins=(self.bank,),
        )
        return create_gateway(context, ready)

    def _bank(self) -> FastAPI:
        app = FastAPI()

        @app.get("/")
        async def page() -> HTMLResponse:
            return HTMLResponse(_PAGE.format(gateway=self.gateway))

        @app.get("/who")
        async def who() -> Response:
            if self.logged_in is None:
                return Response(status_code=401)
            now = int(time.time())
            claims = {"sub": self.logged_in, "aud": "yinqiao", "iat": now, "exp": now + 60}
            claims["jti"] = os.urandom(8).hex()
            return JSONResponse({"token": jwt.encode(claims, KEY, headers={"kid": "site"})})

        return app

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something in the servers' thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def start(self, name: str) -> None:
        """Let one of the two answer."""
        self.run(self._start(name))

    def stop(self, name: str) -> None:
        """Take one of the two away; what it knows stays."""
        self.run(self._stop(name))

    def agent_says(self, customer: Customer, text: str) -> None:
        """Let an agent take over and say something."""
        self.run(self._say(customer, text))

    async def _say(self, customer: Customer, text: str) -> None:
        store = self.bench.store
        talk = await store.open(customer)
        if talk.owner == "queue":
            await store.take_over(talk.id, Author(Sender.AGENT, 0, "wang", "小王"), 1)
            talk = await store.get(talk.id)
        author = Author(Sender.AGENT, talk.epoch, "wang", "小王")
        await store.send(self.bench.gate.approve(talk, author, [Draft(text)]))

    async def _start(self, name: str) -> None:
        listening = socket.create_server(("127.0.0.1", self._ports[name]))
        config = uvicorn.Config(
            self._apps[name], log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        self._servers[name] = server, asyncio.create_task(server.serve([listening]))

    async def _stop(self, name: str) -> None:
        server, task = self._servers.pop(name)
        server.should_exit = True
        await task

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve both, and answer, while open."""
        thread = threading.Thread(target=self._loop.run_forever)
        thread.start()
        worker = asyncio.run_coroutine_threadsafe(self.bench.worker.run(), self._loop)
        try:
            for name in self._ports:
                self.start(name)
            yield
        finally:
            for name in list(self._servers):
                self.stop(name)
            worker.cancel()
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
