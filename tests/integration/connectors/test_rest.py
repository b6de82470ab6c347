"""Rasa's REST channel: what was said since the last request, or that it will come."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from connectors.limits import Limits, Rate
from connectors.memory import MemoryBuckets
from connectors.plain_text import PlainText
from conversation.conversation import Customer
from tests.background import background
from tests.integration.connectors.gateway import GREETING, IN_LINE, Gateway

PATH = "/webhooks/rest/webhook"


async def post(gateway: Gateway, text: str, **more: Any) -> httpx.Response:
    headers = more.pop("headers", None)
    async with httpx.AsyncClient(base_url=gateway.url, timeout=30) as client:
        body = {"sender": "anna", "message": text, **more}
        return await client.post(PATH, json=body, headers=headers)


async def texts(gateway: Gateway, text: str, **more: Any) -> list[str]:
    answers = (await post(gateway, text, **more)).json()
    return [answer["text"] for answer in answers]


async def test_an_answer_comes_with_the_request(gateway: Gateway) -> None:
    first, second = (await post(gateway, "你好", metadata={"x": 1})).json()
    assert (first["recipient_id"], first["text"]) == ("anna", GREETING)
    assert first["buttons"][0].keys() == {"title", "payload"}
    assert (second["text"], "buttons" in second) == ("答：你好", False)
    assert await texts(gateway, "再问") == ["答：再问"]
    assert await texts(gateway, "别人", sender="bert") == [GREETING, "答：别人"]


async def test_waiting_and_what_a_person_said_come_with_the_next_request(gateway: Gateway) -> None:
    assert await texts(gateway, "投诉") == [GREETING, "答：投诉", IN_LINE]
    agent = await gateway.take_over(Customer("rest", "anna"))
    assert await texts(gateway, "在吗") == []
    await gateway.agent_says(agent, "在的")
    assert await texts(gateway, "好") == ["人工客服 小王：在的"]


async def test_the_same_message_again_gets_the_same_answer(gateway: Gateway) -> None:
    assert await texts(gateway, "你好", message_id="m1") == [GREETING, "答：你好"]
    assert await texts(gateway, "你好", message_id="m1") == ["答：你好"]
    assert gateway.bot.heard == ["你好"]


async def test_a_late_answer_is_said_to_be_late_and_is_not_lost(redis_client: Redis) -> None:
    gateway = Gateway(redis_client, patience=0.2)
    async with background(gateway.wake.run()), gateway.serving():
        assert await texts(gateway, "你好") == [GREETING, PlainText.load().later]
    patient = Gateway(redis_client)
    async with background(patient.wake.run()), patient.serving(), patient.working():
        assert await texts(patient, "还在吗") == ["答：你好", "答：还在吗"]


async def test_only_who_shows_the_token_may_call(redis_client: Redis) -> None:
    gateway = Gateway(redis_client, token="right token")
    async with background(gateway.wake.run()), gateway.serving(), gateway.working():
        for header in (None, {"Authorization": "Bearer wrong"}, {"Authorization": ""}):
            answer = await post(gateway, "你好", headers=header)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "bad_token")
        right = {"Authorization": "Bearer right token", "X-Forwarded-For": "203.0.113.7"}
        assert await texts(gateway, "你好", headers=right) == [GREETING, "答：你好"]


async def test_without_a_token_only_this_machine_may_call(gateway: Gateway) -> None:
    answer = await post(gateway, "你好", headers={"X-Forwarded-For": "203.0.113.7"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_from_here")
    assert not gateway.bot.heard


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"message": ""}, "bad_text"),
        ({"message": "长" * 2001}, "text_too_long"),
        ({"message": 5}, "invalid_request"),
        ({"sender": ""}, "invalid_request"),
        ({"sender": "x" * 129}, "invalid_request"),
        ({"message_id": "编号"}, "bad_client_id"),
    ],
)
async def test_bad_messages_are_named(gateway: Gateway, body: dict[str, Any], code: str) -> None:
    answer = await post(gateway, **{"text": "你好", **body})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


@pytest.mark.parametrize(
    "body",
    [
        rb'{"sender": "\ud800", "message": "x"}',
        rb'{"sender": "a", "message": "\ud800"}',
        rb'{"sender": "a", "message": "x", "message_id": "\ud800"}',
        b'{"sender": "a"',
        b"[]",
        b"\xff",
    ],
)
async def test_garbage_is_named_too(gateway: Gateway, body: bytes) -> None:
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        answer = await client.post(PATH, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}


async def test_who_writes_too_fast_is_told(redis_client: Redis) -> None:
    gateway = Gateway(redis_client, limits=Limits(MemoryBuckets(), visitor=Rate(1)))
    async with background(gateway.wake.run()), gateway.serving(), gateway.working():
        assert (await post(gateway, "你好")).status_code == 200
        answer = await post(gateway, "你好")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
