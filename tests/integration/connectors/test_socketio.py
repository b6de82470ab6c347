"""Rasa's Socket.IO protocol, spoken by python-socketio's own client."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import socketio
from redis.asyncio import Redis

from connectors.identity import Identity
from connectors.ingress import MAX_TEXT
from connectors.limits import Limits, Rate
from connectors.memory import MemoryBuckets
from connectors.rasa.shapes import hidden
from conversation.conversation import Conversation, Customer
from conversation.message import Kind, NoticeRef
from tests.background import background
from tests.integration.connectors.gateway import GREETING, IN_LINE, Gateway

SESSION = uuid.uuid4().hex


@dataclass
class Client:
    """What a Rasa web client does, and what it was told."""

    socket: Any
    told: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    confirmed: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def session(self, session_id: str | None) -> str:
        """Ask for a session; returns the confirmed one."""
        await self.socket.emit("session_request", {"session_id": session_id})
        confirmed: str = await self._next(self.confirmed)
        return confirmed

    async def says(self, text: object, **more: object) -> Any:
        """Write; returns the acknowledgement."""
        return await self.socket.call("user_uttered", {"message": text, **more}, timeout=20)

    async def hears(self) -> dict[str, Any]:
        """Return the next message."""
        heard: dict[str, Any] = await self._next(self.told)
        return heard

    async def texts(self, count: int) -> list[str]:
        """Return the texts of the next messages."""
        return [(await self.hears())["text"] for _ in range(count)]

    async def _next(self, queue: asyncio.Queue[Any]) -> Any:
        async with asyncio.timeout(20):
            return await queue.get()


@asynccontextmanager
async def connected(url: str, transport: str = "websocket", **more: Any) -> AsyncIterator[Client]:
    """Connect as an existing client would."""
    async with aiohttp.ClientSession() as http:
        socket = socketio.AsyncClient(reconnection=False, http_session=http)
        client = Client(socket)
        socket.on("bot_uttered", client.told.put)
        socket.on("session_confirm", client.confirmed.put)
        await socket.connect(url, transports=[transport], **more)
        try:
            yield client
        finally:
            # A poll that is under way would be waited for.
            await (
                socket.eio.disconnect(abort=True) if transport == "polling" else socket.disconnect()
            )


async def _agent(gateway: Gateway, client: Client) -> Conversation:
    """Let an agent have the conversation; what is said meanwhile is heard."""
    await client.says("投诉")
    assert await client.texts(2) == ["答：投诉", IN_LINE]
    return await gateway.take_over(Customer("socketio", hidden(SESSION)))


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_conversation_with_handoff(gateway: Gateway, transport: str) -> None:
    async with connected(gateway.url, transport) as client:
        assert await client.session(SESSION) == SESSION
        greeting = await client.hears()
        assert greeting["text"] == GREETING
        assert greeting["quick_replies"][0].keys() == {"content_type", "title", "payload"}
        assert (await client.says("你好", session_id=SESSION))["status"] == "accepted"
        answer = await client.hears()
        assert (answer["text"], "quick_replies" in answer) == ("答：你好", False)
        await client.says("我要投诉")
        assert await client.texts(2) == ["答：我要投诉", IN_LINE]
        agent = await gateway.take_over(Customer("socketio", hidden(SESSION)))
        await gateway.agent_says(agent, "在的")
        assert await client.texts(1) == ["人工客服 小王：在的"]
        await client.says("谢谢")
        log = await gateway.store.log(agent.id)
        assert [m.text for m in log if m.sender == "customer"] == ["你好", "我要投诉", "谢谢"]


async def test_notices_are_text(gateway: Gateway) -> None:
    async with connected(gateway.url) as client:
        await client.session(SESSION)
        await client.hears()
        agent = await _agent(gateway, client)
        notice = NoticeRef("n", "1", "fund", title="基金")
        await gateway.agent_says(agent, "基金有风险", kind=Kind.NOTICE, notice=notice)
        assert await client.texts(1) == ["人工客服 小王：【风险提示】基金\n基金有风险"]


async def test_without_a_session_id_one_is_given(gateway: Gateway) -> None:
    async with connected(gateway.url) as client:
        given = await client.session(None)
        assert await client.texts(1) == [GREETING]
        assert uuid.UUID(given).hex == given


@pytest.mark.parametrize("guessable", ["test", "1", "x" * 36, 5, {"a": 1}])
async def test_an_id_that_others_could_guess_is_not_taken(gateway: Gateway, guessable: Any) -> None:
    async with connected(gateway.url) as one, connected(gateway.url) as other:
        first, second = await one.session(guessable), await other.session(guessable)
        assert len({first, second, str(guessable)}) == 3
        await one.says("我的秘密")
        assert await one.texts(2) == [GREETING, "答：我的秘密"]
        assert await other.texts(1) == [GREETING]


async def test_who_leaves_and_comes_back_gets_just_what_was_missed(gateway: Gateway) -> None:
    async with connected(gateway.url) as client:
        await client.session(SESSION)
        await client.says("第一")
        assert await client.texts(2) == [GREETING, "答：第一"]
        agent = await _agent(gateway, client)
    await gateway.agent_says(agent, "您还在吗")
    async with connected(gateway.url) as client:
        assert await client.session(str(uuid.UUID(SESSION))) == str(uuid.UUID(SESSION))
        assert await client.texts(1) == ["人工客服 小王：您还在吗"]
        assert client.told.empty()


async def test_a_message_sent_twice_under_one_id_is_taken_once(gateway: Gateway) -> None:
    async with connected(gateway.url) as client:
        await client.session(SESSION)
        for _ in range(2):
            await client.says("你好", message_id="m1")
        await client.says("再见", message_id="m2")
        assert await client.texts(3) == [GREETING, "答：你好", "答：再见"]


async def test_what_cannot_be_taken_is_said(gateway: Gateway) -> None:
    async with connected(gateway.url) as client:
        await client.session(SESSION)
        assert await client.texts(1) == [GREETING]
        long = "长" * (MAX_TEXT + 1)
        for wrong, code in (("", "bad_text"), (5, "bad_text"), (long, "text_too_long")):
            assert (await client.says(wrong))["error"]["code"] == code
            assert await client.hears()
        assert (await client.says("/get_started"))["status"] == "ignored"
        assert (await client.says("你好"))["status"] == "accepted"
        assert await client.texts(1) == ["答：你好"]


@pytest.mark.parametrize("data", [None, 5, [], {}, {"message": {}}, {"message": "\x00"}])
async def test_garbage_is_refused_and_the_line_stays(gateway: Gateway, data: Any) -> None:
    async with connected(gateway.url) as client:
        await client.session(SESSION)
        assert await client.texts(1) == [GREETING]
        assert (await client.socket.call("user_uttered", data))["status"] == "refused"
        assert await client.hears()
        await client.says("你好")
        assert await client.texts(1) == ["答：你好"]


async def test_a_client_without_sessions_is_served(gateway: Gateway) -> None:
    async with connected(gateway.url) as client:
        await client.says("你好")
        assert await client.texts(2) == [GREETING, "答：你好"]


async def test_a_known_customer_keeps_one_history_on_every_client(gateway: Gateway) -> None:
    token = gateway.context.tokens.issue_known(Identity("C-1"))
    await gateway.context.ingress.accept(Customer("bank", "C-1"), "w1", "在别处说的")
    async with connected(gateway.url, auth={"token": f"Bearer {token}"}) as client:
        await client.session(None)
        assert await client.texts(1) == ["答：在别处说的"]


@pytest.mark.parametrize(
    "more", [{"auth": {"token": "forged"}}, {"headers": {"Origin": "https://evil.example"}}]
)
async def test_strangers_are_refused(gateway: Gateway, more: dict[str, Any]) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with connected(gateway.url, **more):
            pass


async def test_a_page_of_the_bank_may_connect(gateway: Gateway) -> None:
    async with connected(gateway.url, headers={"Origin": "https://bank.example"}) as client:
        assert await client.session(SESSION) == SESSION


async def test_who_writes_too_fast_is_told(redis_client: Redis) -> None:
    gateway = Gateway(redis_client, limits=Limits(MemoryBuckets(), visitor=Rate(1)))
    serving = gateway.serving()
    async with background(gateway.wake.run()), serving, connected(gateway.url) as client:
        await client.session(SESSION)
        assert (await client.says("你好"))["status"] == "accepted"
        assert (await client.says("你好"))["error"]["code"] == "too_fast"


async def test_sessions_are_counted_too(redis_client: Redis) -> None:
    gateway = Gateway(redis_client, limits=Limits(MemoryBuckets(), sessions=Rate(2)))
    serving, far = gateway.serving(), {"X-Forwarded-For": "203.0.113.7"}
    async with (
        background(gateway.wake.run()),
        serving,
        connected(gateway.url, headers=far) as client,
    ):
        assert await client.session(SESSION) == SESSION
        assert await client.texts(1) == [GREETING]
        await client.socket.emit("session_request", {"session_id": None})
        assert "太快" in (await client.hears())["text"]
