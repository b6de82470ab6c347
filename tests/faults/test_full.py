"""Full queues and a full store: refused with a time to come back, and nothing is lost."""

from __future__ import annotations

from uuid import uuid4

import httpx
from redis.asyncio import Redis

from tests.faults.customer import Customer
from tests.integration.connectors.gateway import GREETING, Gateway
from yinqiao.wiring import background

_MAILBOX = 100
_SMALL = 1
"""Bytes of memory that are never enough."""


async def refused(customer: Customer, text: str) -> tuple[int, bool]:
    """Say something once; return the status, and whether a time to come back is named."""
    answer = await customer.http.post(
        f"{customer.url}/api/messages",
        json={"client_id": uuid4().hex, "text": text},
        headers={"Authorization": f"Bearer {customer.journal.visitor}"},
    )
    return answer.status_code, int(answer.headers.get("retry-after", "0")) > 0


async def test_a_full_mailbox_refuses_and_loses_nothing(
    redis_client: Redis, http: httpx.AsyncClient
) -> None:
    gateway = Gateway(redis_client)
    async with gateway.serving(), background(gateway.wake.run()):
        customer, other = Customer(gateway.url, http), Customer(gateway.url, http)
        await customer.arrive()
        for number in range(_MAILBOX):
            await customer.say(f"第{number}个问题")
        assert await refused(customer, "太多了") == (429, True)
        await other.arrive()
        assert (await other.say("你好")).cursor
        async with gateway.working():
            await customer.talk([["还有一个"]])
        history = await customer.history()
    asked = [message["text"] for message in history if message["client_id"]]
    assert asked == [said.text for said in customer.journal.said]
    assert [m["text"] for m in history if m["reply_to"]] == [f"答：{text}" for text in asked]


async def test_a_store_without_memory_refuses_and_goes_on_when_it_has_some(
    redis_client: Redis, http: httpx.AsyncClient
) -> None:
    gateway = Gateway(redis_client)
    async with gateway.serving(), gateway.working(), background(gateway.wake.run()):
        customer = Customer(gateway.url, http)
        await customer.arrive()
        await customer.talk([["你好"]])
        await redis_client.config_set("maxmemory", _SMALL)
        assert await refused(customer, "在吗") == (503, True)
        await redis_client.config_set("maxmemory", 0)
        await customer.talk([["谢谢"]])
        history = await customer.history()
    said = [message["text"] for message in history if message["text"] != GREETING]
    assert said == ["你好", "答：你好", "谢谢", "答：谢谢"]
