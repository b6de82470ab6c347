"""The gateway on in-memory stores: the real web application, no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from connectors.greeter import Greeter
from connectors.ingress import Ingress
from connectors.limits import Limits
from connectors.memory import MemoryBuckets
from connectors.outbox import Outbox
from connectors.signs import CustomerSigns
from connectors.web.app import create_gateway
from connectors.web.context import WebContext
from connectors.web.tokens import Tokens
from conversation.disk_files import DiskFiles
from conversation.memory_signals import MemorySignals
from conversation.utterances import Utterances
from tests.unit.conversation.doubles import Bench, EchoBot

SECRET = "0123456789abcdef0123456789abcdef"
LARGEST = 70_000


@pytest.fixture
def bench() -> Bench:
    """Return a conversation core in memory."""
    return Bench(EchoBot())


@pytest.fixture
def context(bench: Bench, tmp_path: Path) -> WebContext:
    """Return the web channel's parts on it; 13800138000 stands for what must be redacted."""
    signals = MemorySignals(bench.store.wake)
    return WebContext(
        conversations=bench.store,
        turns=bench.turns,
        queue=bench.queue,
        ingress=Ingress(
            bench.store, bench.turns, lambda text: text.replace("13800138000", "138****8000")
        ),
        outbox=Outbox(bench.store, bench.queue, signals),
        signs=CustomerSigns(bench.store, signals),
        greeter=Greeter(bench.store, bench.turns, bench.gate, Utterances.load()),
        tokens=Tokens(SECRET),
        limits=Limits(MemoryBuckets()),
        files=DiskFiles(tmp_path, largest=LARGEST),
        largest_file=2 * LARGEST,
        origins=("https://bank.example",),
    )


@pytest.fixture
def client(context: WebContext) -> Iterator[TestClient]:
    """Return a client of the gateway."""

    async def ready() -> dict[str, bool]:
        return {"store": True}

    with TestClient(create_gateway(context, ready), base_url="http://testserver") as client:
        yield client


@pytest.fixture
def token(client: TestClient) -> str:
    """Return a fresh visitor's token."""
    return str(client.post("/api/session", json={}).json()["token"])


@pytest.fixture
def bearer(token: str) -> dict[str, str]:
    """Return the header that carries it."""
    return {"Authorization": f"Bearer {token}"}
