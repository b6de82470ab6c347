"""Many customers at once, each waiting for an answer before asking the next question."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx
import numpy as np

from connectors.web.tokens import Scope, Tokens
from yinqiao.asking import ask
from yinqiao.settings import ROOT
from yinqiao.web_client import open_line

_TURNS_A_VISIT = 5
_SETS = ("routing_2", "routing_3", "routing_4")

Ask = Callable[[str], Awaitable[tuple[float, bool]]]
"""Asks; returns seconds, and whether the bot still has the conversation."""
Visit = Callable[[], AbstractAsyncContextManager[Ask]]


@dataclass(frozen=True, slots=True)
class Load:
    """What a crowd saw: the seconds of each answer, and how long it all took."""

    seconds: tuple[float, ...]
    elapsed: float

    @property
    def a_second(self) -> float:
        """Messages answered a second."""
        return len(self.seconds) / self.elapsed

    def percentile(self, share: int) -> float:
        """Milliseconds within which `share` % were answered."""
        return float(np.percentile(self.seconds, share)) * 1000.0


def questions() -> Iterator[str]:
    """Return all held-out questions that have an answer, over and over."""
    folder = ROOT / "nlu_data" / "held_out"
    files = (folder / f"{name}.jsonl" for name in _SETS)
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return itertools.cycle(row["text"] for row in rows if row["route"] == "answer")


async def crowd(visit: Visit, texts: Iterator[str], customers: int, seconds: float) -> Load:
    """Let `customers` ask for about `seconds`; every visit is a conversation of its own."""
    taken: list[float] = []
    began = time.perf_counter()

    async def customer() -> None:
        while time.perf_counter() - began < seconds:
            async with visit() as asks:
                for _ in range(_TURNS_A_VISIT):
                    took, stays = await asks(next(texts))
                    taken.append(took)
                    if not stays or time.perf_counter() - began >= seconds:
                        break

    async with asyncio.TaskGroup() as group:
        for _ in range(customers):
            group.create_task(customer())
    return Load(tuple(taken), time.perf_counter() - began)


async def long_visit(visit: Visit, text: str, turns: int) -> list[float]:
    """Ask one question over and over in one conversation; seconds a turn."""
    async with visit() as asks:
        return [(await asks(text))[0] for _ in range(turns)]


def gateway_visit(urls: list[str], tokens: Tokens) -> Visit:
    """Return visits by the web channel, to each gateway in turn."""
    places = itertools.cycle(urls)

    @asynccontextmanager
    async def visit() -> AsyncIterator[Ask]:
        async with open_line(next(places), tokens.issue(scope=Scope.DIAGNOSE)) as client:

            async def asks(text: str) -> tuple[float, bool]:
                outcome = await ask(client, text)
                return outcome.seconds, outcome.owner == "bot"

            yield asks

    return visit


def rest_visit(client: httpx.AsyncClient, path: str) -> Visit:
    """Return visits by a channel of Rasa's that takes {sender, message}."""

    @asynccontextmanager
    async def visit() -> AsyncIterator[Ask]:
        sender = uuid4().hex

        async def asks(text: str) -> tuple[float, bool]:
            body = {"sender": sender, "message": text, "message_id": uuid4().hex}
            began = time.perf_counter()
            answer = await client.post(path, json=body)
            took = time.perf_counter() - began
            if not answer.json():
                message = f"no answer to {text}"
                raise RuntimeError(message)
            return took, True

        yield asks

    return visit
