"""More gateways and Rasas beside each other, and many customers who only stay connected."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from typing import TYPE_CHECKING

import httpx

from bench.crowd import crowd, gateway_visit, questions
from bench.figure import Figure
from bench.system import running_system
from bench.valkey import free_port
from bench.weight import processes_of
from bot.rasa_process import ROOT, rasa_environment, serve_command
from connectors.web.tokens import Tokens
from yinqiao.processes import rasa_settings
from yinqiao.setup import model_path
from yinqiao.web_client import open_line

if TYPE_CHECKING:
    from yinqiao.settings import Settings

_MOST = 3
_CUSTOMERS = 64
_SECONDS = 20.0
_IDLE = 2000
_AT_ONCE = 50
_STARTS_WITHIN = 180.0


def measure() -> list[Figure]:
    """Start the system, let customers idle, add replicas; about four minutes."""
    figures = []
    with running_system() as (settings, supervisor), ExitStack() as stack:
        tokens = Tokens(settings.secret())
        urls = [settings.gateway_url]
        asyncio.run(crowd(gateway_visit(urls, tokens), questions(), 8, 5.0))
        figures.append(asyncio.run(_idle(settings, tokens, supervisor)))
        for count in range(1, _MOST + 1):
            if count > 1:
                urls.append(stack.enter_context(_replica(settings)))
            visit = gateway_visit(urls, tokens)
            load = asyncio.run(crowd(visit, questions(), _CUSTOMERS, _SECONDS))
            value = f"{load.a_second:.1f} a second; p95 {load.percentile(95):.0f} ms"
            name = f"{count} × gateway and Rasa, {_CUSTOMERS} customers"
            figures.append(Figure(name, value, ""))
    return figures


async def _idle(settings: Settings, tokens: Tokens, supervisor: int) -> Figure:
    """Open lines that have been greeted and say nothing; what each adds to the gateway."""
    gateway = processes_of(supervisor)["gateway"]
    before = gateway.memory_info().rss
    async with AsyncExitStack() as stack:
        for number in range(0, _IDLE, _AT_ONCE):
            names = [f"idle-{number + n}" for n in range(_AT_ONCE)]
            lines = [open_line(settings.gateway_url, tokens.issue(name)) for name in names]
            clients = [await stack.enter_async_context(line) for line in lines]
            for client in clients:
                while (await client.frame())["type"] != "message":
                    """The greeting is the last that comes."""
        each = (gateway.memory_info().rss - before) / _IDLE
    return Figure(f"an idle customer, of {_IDLE:,}", f"{each / 1024:.0f} KB", "≤ 70 KB")


@contextmanager
def _replica(settings: Settings) -> Iterator[str]:
    """Run one more gateway with a Rasa of its own; yields the gateway's URL."""
    more = settings.model_copy(update={"gateway_port": free_port(), "rasa_port": free_port()})
    chosen = rasa_settings(more)
    own = {
        **os.environ,
        "YINQIAO_VAR": str(more.var),
        "YINQIAO_VALKEY_PORT": str(more.valkey_port),
        "YINQIAO_RASA_PORT": str(more.rasa_port),
        "YINQIAO_GATEWAY_PORT": str(more.gateway_port),
        **{f"YINQIAO_{name}_PER_MINUTE": "0" for name in ("VISITOR", "ADDRESS", "SESSIONS")},
    }
    commands = (
        (serve_command(chosen, model_path(more)), rasa_environment(chosen)),
        ([sys.executable, "-m", "yinqiao", "serve", "gateway"], own),
    )
    with (more.var / "logs" / "replica.log").open("wb") as log:
        running = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            for command, environment in commands
        ]
        try:
            _wait(more.gateway_url)
            yield more.gateway_url
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()


def _wait(url: str) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                if client.get(f"{url}/readyz").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.3)
            time.sleep(0.2)
    message = "a replica did not start"
    raise TimeoutError(message)
