"""What the agent sees of the customer, and the customer of the agent, over the web protocol."""

from __future__ import annotations

import asyncio

import pytest
from fastapi.testclient import TestClient

from connectors.web.context import WebContext
from connectors.web.tokens import Tokens
from conversation.approved import Author
from conversation.conversation import Conversation, Customer, Handoff, Reason
from conversation.errors import StoreUnavailable
from conversation.message import Draft, Sender
from conversation.ports import Incoming
from conversation.signals import Mark, Side, Signs
from tests.unit.connectors.conftest import SECRET
from tests.unit.connectors.test_web import hello, until
from tests.unit.conversation.doubles import Bench

ANNA = Customer("web", "anna")
TOKEN = Tokens(SECRET).issue("anna")


async def served(bench: Bench) -> Conversation:
    """Let an agent serve Anna."""
    accepted = await bench.store.accept(ANNA, Incoming("c1", "转人工"))
    identifier = accepted.conversation_id
    await bench.store.request_handoff(identifier, 1, Handoff(Reason.HUMAN))
    await bench.store.take_over(identifier, Author(Sender.AGENT, 0, "zhou", "周晓"), 1)
    return await bench.store.get(identifier)


async def says(bench: Bench, conversation: Conversation, text: str) -> str:
    """Let the agent say something; returns the entry."""
    author = Author(Sender.AGENT, conversation.epoch, "zhou", "周晓")
    (said,) = await bench.store.send(bench.gate.approve(conversation, author, [Draft(text)]))
    return said.id


def test_what_is_shown_is_delivered_and_what_is_looked_at_is_read(
    client: TestClient, context: WebContext, bench: Bench
) -> None:
    conversation = asyncio.run(served(bench))
    entry = asyncio.run(says(bench, conversation, "您好"))
    with client.websocket_connect("/api/stream") as line:
        hello(line, TOKEN)
        until(line, "state")
        line.send_json({"type": "typing"})
        line.send_json({"type": "read", "cursor": f"1:{entry}"})
        line.send_json({"type": "ping"})
        until(line, "pong")
        signs = asyncio.run(context.signs.signals.of(conversation.id))
    assert signs == Signs(frozenset({Side.CUSTOMER}), entry, entry)


def test_polling_delivers_too(client: TestClient, context: WebContext, bench: Bench) -> None:
    conversation = asyncio.run(served(bench))
    entry = asyncio.run(says(bench, conversation, "您好"))
    client.get("/api/messages", headers={"Authorization": f"Bearer {TOKEN}"})
    signs = asyncio.run(context.signs.signals.of(conversation.id))
    assert (signs.delivered, signs.read) == (entry, "0-0")


def test_the_customer_sees_the_agent_type_and_read(
    client: TestClient, context: WebContext, bench: Bench
) -> None:
    conversation = asyncio.run(served(bench))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    state = client.get("/api/messages", headers=headers).json()["state"]
    assert (state["typing"], state["read"]) == (False, "1:0-0")
    signals = context.signs.signals
    asyncio.run(signals.type(conversation.id, Side.STAFF))
    asyncio.run(signals.mark(conversation.id, Mark.READ_BY_STAFF, "7-1"))
    state = client.get("/api/messages", headers=headers).json()["state"]
    assert (state["typing"], state["read"]) == (True, "1:7-1")


def test_a_bot_sees_no_signs(client: TestClient, context: WebContext, bench: Bench) -> None:
    asyncio.run(bench.store.accept(ANNA, Incoming("c1", "你好")))
    with client.websocket_connect("/api/stream") as line:
        hello(line, TOKEN)
        line.send_json({"type": "typing"})
        line.send_json({"type": "read", "cursor": "1:5-0"})
        line.send_json({"type": "ping"})
        until(line, "pong")
    assert asyncio.run(context.signs.signals.of(f"{ANNA.key}-1")) == Signs()


@pytest.mark.parametrize("cursor", ["x", "1:", "1:x-y"])
def test_a_place_that_is_none_is_refused(client: TestClient, cursor: str) -> None:
    with client.websocket_connect("/api/stream") as line:
        hello(line, TOKEN)
        until(line, "state")
        line.send_json({"type": "read", "cursor": cursor})
        assert until(line, "error")["error"]["code"] == "bad_cursor"


def test_a_sign_that_cannot_be_left_disturbs_nothing(
    client: TestClient, context: WebContext, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = asyncio.run(served(bench))
    asyncio.run(says(bench, conversation, "您好"))

    async def down(*_: object) -> None:
        raise StoreUnavailable

    for deed in ("type", "mark", "said"):
        monkeypatch.setattr(context.signs.signals, deed, down)
    with client.websocket_connect("/api/stream") as line:
        hello(line, TOKEN)
        until(line, "state")
        line.send_json({"type": "typing"})
        line.send_json({"type": "send", "client_id": "c9", "text": "在吗"})
        assert until(line, "accepted")["client_id"] == "c9"
