"""SIGTERM to the gateway with messages in hand: nothing accepted is lost or answered twice."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.faults.test_killed_processes import Visitor, answers
from tests.running import System, running_system

_CUSTOMERS = 8
_QUESTION = "怎么挂失银行卡"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Start everything once."""
    with running_system(tmp_path_factory.mktemp("var")) as system:
        yield system


def gateway_of(system: System) -> psutil.Process:
    [process] = [
        child
        for child in psutil.Process(system.pid).children()
        if "serve gateway" in " ".join(child.cmdline())
    ]
    return process


def test_a_drained_gateway_loses_nothing(system: System) -> None:
    gateway = gateway_of(system)
    visitors = []
    for _ in range(_CUSTOMERS):
        http = httpx.Client(base_url=system.gateway, timeout=5, trust_env=False)
        token = http.post("/api/session", json={}).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        visitors.append(Visitor(http))
    saying = [threading.Thread(target=visitor.say, args=(_QUESTION,)) for visitor in visitors]
    for thread in saying[: _CUSTOMERS // 2]:
        thread.start()
    for thread in saying[: _CUSTOMERS // 2]:
        thread.join()
    for thread in saying[_CUSTOMERS // 2 :]:
        thread.start()
    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(timeout=60) in {0, None}
    for thread in saying[_CUSTOMERS // 2 :]:
        thread.join()
    for visitor in visitors:
        heard = visitor.hears("卡片管理")
        assert answers(heard) == 1
        assert [m["text"] for m in heard if m["sender"] == "customer"] == [_QUESTION]
        visitor.http.close()
