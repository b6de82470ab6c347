"""P1 with real processes: whatever is killed, an accepted message is answered once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from conversation.utterances import Utterances
from tests.running import System, running_system

_PATIENCE = 180
_ANSWER = "卡片管理"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Start everything once; its processes are killed one after the other."""
    with running_system(tmp_path_factory.mktemp("var")) as system:
        yield system


@dataclass
class Visitor:
    """A customer on the polling protocol who repeats what was not acknowledged."""

    http: httpx.Client
    statuses: list[int] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Send until it is accepted, always under the same id."""
        body = {"client_id": uuid.uuid4().hex, "text": text}
        self._until(lambda: self._post(body) == 202)

    def _post(self, body: dict[str, str]) -> int:
        try:
            status = self.http.post("/api/messages", json=body).status_code
        except httpx.TransportError:
            return 0
        self.statuses.append(status)
        return status

    def hears(self, words: str) -> list[dict[str, Any]]:
        """Wait until somebody says `words`; returns everything said so far."""
        said: list[dict[str, Any]] = []

        def heard() -> bool:
            try:
                said[:] = self.http.get("/api/messages").json().get("messages", [])
            except (httpx.TransportError, ValueError):
                return False
            return any(words in message["text"] for message in said)

        self._until(heard)
        return said

    def _until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not done():
            assert time.monotonic() < deadline, self.statuses[-5:]


@pytest.fixture
def visitor(system: System) -> Iterator[Visitor]:
    """Return a new visitor."""
    with httpx.Client(base_url=system.gateway, timeout=5, trust_env=False) as http:
        token = http.post("/api/session", json={}).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield Visitor(http)


def answers(said: list[dict[str, Any]]) -> int:
    return sum(_ANSWER in message["text"] for message in said)


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_a_dead_bot_is_said_and_the_message_is_answered_when_it_is_back(
    system: System, visitor: Visitor, name: str
) -> None:
    system.kill(name)
    visitor.say("怎么挂失银行卡")
    said = visitor.hears(_ANSWER)
    assert answers(said) == 1
    assert Utterances.load().text("bot_unavailable") in [message["text"] for message in said]


def test_a_person_is_reached_while_the_bot_is_dead(system: System, visitor: Visitor) -> None:
    system.kill("rasa")
    visitor.say("转人工")
    visitor.hears("您已进入人工服务队列")
    assert visitor.http.get("/api/messages").json()["state"]["owner"] == "queue"


def test_a_killed_gateway_loses_nothing(system: System, visitor: Visitor) -> None:
    visitor.say("怎么挂失银行卡")
    system.kill("gateway")
    visitor.hears(_ANSWER)
    visitor.say("人工")
    said = visitor.hears("您已进入人工服务队列")
    assert answers(said) == 1
    assert [m["text"] for m in said if m["sender"] == "customer"] == ["怎么挂失银行卡", "人工"]


def test_a_killed_store_refuses_and_then_goes_on(system: System, visitor: Visitor) -> None:
    visitor.say("怎么挂失银行卡")
    visitor.hears(_ANSWER)
    system.kill("valkey")
    visitor.say("人工")
    said = visitor.hears("您已进入人工服务队列")
    assert set(visitor.statuses) <= {202, 503}
    assert answers(said) == 1
    assert [m["text"] for m in said if m["sender"] == "customer"] == ["怎么挂失银行卡", "人工"]


def test_the_audit_chain_holds_after_all_that(system: System) -> None:
    assert "unbroken" in system.run("audit", "verify")
