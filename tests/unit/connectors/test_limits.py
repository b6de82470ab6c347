"""Who writes too fast is told when to go on; nobody else is touched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from connectors.errors import TooFast
from connectors.limits import ACCOUNT, Limits, Rate
from connectors.memory import MemoryBuckets
from connectors.web.app import create_gateway
from connectors.web.context import WebContext
from connectors.web.tokens import Scope
from conversation.address import site_of
from conversation.conversation import Customer
from conversation.errors import Busy
from conversation.memory import MemoryConversations

ANNA, BERT = Customer("web", "anna"), Customer("web", "bert")
CLARA = Customer(ACCOUNT, "clara")


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("testclient", None),
        (None, None),
    ],
)
def test_what_an_address_is_counted_under(address: str | None, site: str | None) -> None:
    assert site_of(address) == site


async def test_visitors_accounts_and_addresses_are_counted_apart() -> None:
    limits = Limits(MemoryBuckets(), visitor=Rate(1), account=Rate(2), address=Rate(4))
    await limits.message(ANNA, "203.0.113.7")
    with pytest.raises(TooFast) as refused:
        await limits.message(ANNA, "203.0.113.7")
    assert refused.value.retry_after == 60
    await limits.message(CLARA, "198.51.100.1")
    await limits.message(CLARA, "198.51.100.1")
    with pytest.raises(TooFast):
        await limits.message(CLARA, "198.51.100.1")
    await limits.message(BERT, "203.0.113.7")
    await limits.message(Customer("web", "dora"), "203.0.113.7")
    with pytest.raises(TooFast):
        await limits.message(Customer("web", "emil"), "203.0.113.7")
    await limits.message(Customer("web", "emil"), "203.0.113.8")


def _gateway(context: WebContext, limits: Limits, address: str = "203.0.113.7") -> TestClient:
    async def ready() -> dict[str, bool]:
        return {"store": True}

    app = create_gateway(replace(context, limits=limits), ready)
    return TestClient(app, client=(address, 50000))


def test_too_fast_is_429_with_the_seconds_to_wait(context: WebContext) -> None:
    client = _gateway(context, Limits(MemoryBuckets(), visitor=Rate(2)))
    token = context.tokens.issue()
    with client:
        answers = [
            client.post(
                "/api/messages",
                json={"client_id": f"c{number}", "text": "你好"},
                headers={"Authorization": f"Bearer {token}"},
            )
            for number in range(3)
        ]
        assert [answer.status_code for answer in answers] == [202, 202, 429]
        assert answers[2].headers["Retry-After"] == "30"
        assert answers[2].json()["error"]["code"] == "too_fast"
        with client.websocket_connect("/api/stream") as line:
            line.send_json({"type": "hello", "token": token})
            line.send_json({"type": "send", "client_id": "c9", "text": "你好"})
            while (frame := line.receive_json())["type"] != "error":
                pass
            assert (frame["error"]["code"], frame["client_id"]) == ("too_fast", "c9")
            assert 0 < frame["error"]["retry_after"] <= 30


def test_sessions_and_lines_are_counted_by_address(context: WebContext) -> None:
    with _gateway(context, Limits(MemoryBuckets(), sessions=Rate(2))) as client:
        token = client.post("/api/session", json={}).json()["token"]
        with client.websocket_connect("/api/stream") as line:
            line.send_json({"type": "hello", "token": token})
            assert line.receive_json()["type"] == "ready"
        assert client.post("/api/session", json={}).status_code == 429
        with client.websocket_connect("/api/stream") as line:
            assert line.receive_json()["error"]["code"] == "too_fast"


def test_the_installations_own_diagnosis_is_not_limited(context: WebContext) -> None:
    token = context.tokens.issue(scope=Scope.DIAGNOSE)
    with _gateway(context, Limits(MemoryBuckets(), visitor=Rate(1))) as client:
        for number in range(3):
            answer = client.post(
                "/api/messages",
                json={"client_id": f"c{number}", "text": "你好"},
                headers={"Authorization": f"Bearer {token}"},
            )
            assert answer.status_code == 202


def test_a_full_mailbox_is_429_with_retry_after(
    client: TestClient, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise Busy

    monkeypatch.setattr(MemoryConversations, "accept", full)
    answer = client.post("/api/messages", json={"client_id": "c", "text": "x"}, headers=bearer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "busy")
    assert answer.headers["Retry-After"] == "2"
