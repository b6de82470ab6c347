"""From an agent's send to the customer's screen, with many conversations open.

The gateway runs in a process of its own; every customer has an open line. Agents and Valkey are
on loopback, and the time of a message ends when its frame has arrived.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import httpx

from bench.figure import Figure
from bench.valkey import free_port, running_valkey
from connectors.web.tokens import Tokens
from conversation.conversation import Customer, Handoff, Reason
from conversation.ports import Incoming
from handoff.accounts import Account, Role
from yinqiao.settings import Settings
from yinqiao.web_client import WebClient, open_line
from yinqiao.wiring import Core, desk_service, open_core

if TYPE_CHECKING:
    from handoff.service import DeskService

_OPEN = 200
_MESSAGES = 1000
_A_SECOND = 40
AGENT = Account("agent", "坐席", frozenset({Role.AGENT}), frozenset({"general"}), _OPEN)


def measure() -> list[Figure]:
    """Start a gateway, open the conversations, send; about a minute."""
    with running_valkey() as url, tempfile.TemporaryDirectory(prefix="yinqiao-bench-") as folder:
        settings = Settings(var=Path(folder), redis_url=url, gateway_port=free_port())
        settings.secret()
        environment = {
            **os.environ,
            "YINQIAO_VAR": folder,
            "YINQIAO_REDIS_URL": url,
            "YINQIAO_GATEWAY_PORT": str(settings.gateway_port),
            "YINQIAO_REHEARSAL_SECONDS": "0",  # there is no bot
        }
        command = [sys.executable, "-m", "yinqiao", "serve", "gateway"]
        gateway = subprocess.Popen(command, env=environment)
        try:
            return asyncio.run(_measure(settings))
        finally:
            gateway.terminate()
            gateway.wait()


async def _measure(settings: Settings) -> list[Figure]:
    await _answers(settings.gateway_url)
    async with open_core(settings) as core, AsyncExitStack() as stack:
        desk = desk_service(core)
        tokens = Tokens(settings.secret())
        served: list[tuple[str, WebClient]] = []
        for number in range(_OPEN):
            name = f"bench-{number}"
            identifier = await _served(core, desk, Customer("web", name))
            line = open_line(settings.gateway_url, tokens.issue(name))
            client = await stack.enter_async_context(line)
            served.append((identifier, client))
        for _, client in served:
            await _until(client, "state")
        seconds = await _send(desk, served)
    p95 = quantiles(seconds, n=20)[-1]
    name = f"agent to customer, {_OPEN} conversations open"
    return [
        Figure(f"{name}, median", f"{median(seconds) * 1000:.1f} ms", ""),
        Figure(f"{name}, p95", f"{p95 * 1000:.1f} ms", "≤ 30 ms"),
    ]


async def _answers(url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(120):
        while True:
            try:
                if (await client.get(f"{url}/readyz")).is_success:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.2)


async def _served(core: Core, desk: DeskService, customer: Customer) -> str:
    accepted = await core.conversations.accept(customer, Incoming("1", "您好"))
    identifier = accepted.conversation_id
    conversation = await core.conversations.get(identifier)
    await core.conversations.request_handoff(
        identifier, conversation.epoch, Handoff(Reason.HUMAN, trigger="转人工")
    )
    await core.queue.enqueue(await core.conversations.get(identifier))
    await desk.claim(AGENT, identifier)
    return identifier


async def _until(client: WebClient, kind: str) -> dict[str, object]:
    while True:
        frame = await client.frame()
        if frame["type"] == kind:
            return frame


async def _send(desk: DeskService, served: list[tuple[str, WebClient]]) -> list[float]:
    """Send at an even pace, in every conversation in turn; seconds from send to arrival."""
    sent: dict[str, float] = {}
    seconds: list[float] = []
    done = asyncio.Event()

    async def listen(client: WebClient) -> None:
        while True:
            frame = await client.frame()
            text = frame["message"]["text"] if frame["type"] == "message" else ""
            if begun := sent.pop(text, None):
                seconds.append(time.perf_counter() - begun)
                if len(seconds) == _MESSAGES:
                    done.set()

    listeners = [asyncio.create_task(listen(client)) for _, client in served]
    for number, (identifier, _) in zip(range(_MESSAGES), itertools.cycle(served), strict=False):
        text = f"第{number}条：正在为您查询"
        sent[text] = time.perf_counter()
        await desk.send(AGENT, identifier, text)
        await asyncio.sleep(1 / _A_SECOND)
    async with asyncio.timeout(30):
        await done.wait()
    for task in listeners:
        task.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    return seconds
