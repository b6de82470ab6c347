"""The network between every two processes delayed, cut and black: it recovers, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.faults.customer import Customer
from tests.faults.fire import turns_of
from tests.faults.house import House
from tests.faults.journal import look
from tests.faults.proxy import Proxy, Weather

_PAIRS = (
    *("client-gateway", "gateway-valkey", "gateway-rasa", "rasa-actions"),
    *("rasa-valkey", "actions-valkey", "desk-valkey"),
)
_LASTS = {Weather.DELAYED: 1.0, Weather.RESET: 1.0, Weather.BLACK_HOLE: 6.0}
"""Seconds of foul weather; the black hole outlasts every patience below it."""
_PATIENCE = 4
"""Seconds that the gateway waits for Rasa here."""
_LATE = 60.0
"""Seconds until which a busy machine must have recovered; five are promised on a free one."""
_QUESTION = "怎么挂失银行卡"

Recover = Callable[[str, object], None]


@pytest.fixture
async def proxies() -> AsyncIterator[dict[str, Proxy]]:
    """Yield a proxy for each pair; it is told its target when that has a port."""
    async with AsyncExitStack() as stack:
        yield {pair: await stack.enter_async_context(Proxy(0).open()) for pair in _PAIRS}


@pytest.fixture
async def house(tmp_path: Path, proxies: dict[str, Proxy]) -> AsyncIterator[House]:
    """Yield a whole installation whose processes reach each other through the proxies only."""

    def through(pair: str) -> str:
        return f"redis://127.0.0.1:{proxies[pair].port}/0"

    async with House(tmp_path).open() as house:
        for pair, proxy in proxies.items():
            proxy.target = house.ports[pair.partition("-")[2]]
        await house.valkey()
        async with asyncio.TaskGroup() as group:
            group.create_task(house.serve("actions", redis_url=through("actions-valkey")))
            group.create_task(
                house.rasa(
                    redis_url=through("rasa-valkey"), actions_port=proxies["rasa-actions"].port
                )
            )
            group.create_task(
                house.serve(
                    "gateway",
                    redis_url=through("gateway-valkey"),
                    rasa_port=proxies["gateway-rasa"].port,
                    bot_timeout_seconds=_PATIENCE,
                )
            )
            group.create_task(house.serve("desk", redis_url=through("desk-valkey")))
        yield house


@pytest.mark.timeout(600)
async def test_foul_weather_between_any_two_processes_loses_nothing(
    house: House,
    proxies: dict[str, Proxy],
    http: httpx.AsyncClient,
    record_property: Recover,
) -> None:
    customer = Customer(f"http://127.0.0.1:{proxies['client-gateway'].port}", http)
    await customer.arrive()
    await customer.talk([[_QUESTION]])
    for weather, lasts in _LASTS.items():
        for pair in _PAIRS:
            asking = asyncio.create_task(customer.talk([[_QUESTION, _QUESTION]]))
            proxies[pair].turn(weather)
            await _met(proxies[pair], house)
            await asyncio.sleep(lasts)
            proxies[pair].turn(Weather.FAIR)
            began = asyncio.get_running_loop().time()
            async with asyncio.timeout(_LATE):
                await asking
                await _ready(house)
            took = asyncio.get_running_loop().time() - began
            record_property(f"{pair} {weather}", f"{took:.1f} s")
    customer.url = house.url
    turns = await turns_of(house.store, customer.journal)
    findings = look([(customer.journal, await customer.history(), turns)])
    assert not findings, f"{findings}\n{findings.lost}{findings.doubled}{findings.inverted}"
    assert findings.acknowledged > 2 * len(_PAIRS) * len(_LASTS)


async def _met(proxy: Proxy, house: House) -> None:
    """Wait until somebody has met the weather; the desk asks the store when it is asked."""
    before = proxy.hindered
    while proxy.hindered == before:
        if proxy.target == house.ports["valkey"]:
            await _healthy(house)
        await asyncio.sleep(0.05)


async def _ready(house: House) -> None:
    while not await _healthy(house):  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.05)


async def _healthy(house: House) -> bool:
    """Return whether the desk says that its store answers."""
    async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
        try:
            answer = await http.get(f"http://127.0.0.1:{house.ports['desk']}/readyz")
        except httpx.TransportError:
            return False
        return answer.is_success
