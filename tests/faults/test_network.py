"""The network between every two processes delayed, cut and black: it recovers, nothing is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.faults.customer import Customer
from tests.faults.fire import turns_of
from tests.faults.house import House
from tests.faults.journal import look
from tests.faults.proxy import Proxy, Weather
from tests.faults.stand_in import StandIn
from yinqiao.processes import answers

_LOG = logging.getLogger(__name__)
"""Seen with `--log-cli-level=INFO`."""
_LASTS = {Weather.DELAYED: 1.0, Weather.RESET: 1.0, Weather.BLACK_HOLE: 6.0}
"""Seconds of foul weather; the black hole outlasts every patience below it."""
_PATIENCE = 4
"""Seconds that the gateway waits for Rasa here."""
_LATE = 90.0
"""Seconds until which a busy machine must have recovered; five are promised on a free one."""
_QUESTION = "怎么挂失银行卡"

Look = Callable[[], Awaitable[object]]


class Network:
    """An installation whose processes reach each other through proxies only, by pair."""

    def __init__(self, house: House, proxies: dict[str, Proxy]) -> None:
        """Tell each proxy of a pair `from-to` where `to` is."""
        self.house, self.proxies = house, proxies
        for pair, proxy in proxies.items():
            proxy.target = house.ports[pair.partition("-")[2]]

    def port(self, pair: str) -> int:
        """Return the port by which a pair's first process sees the second."""
        return self.proxies[pair].port

    def store(self, name: str) -> str:
        """Return the URL by which a process sees the store."""
        return f"redis://127.0.0.1:{self.port(f'{name}-valkey')}/0"

    async def suffers(self, work: Look, stir: Look) -> None:
        """Let `work` begin in each weather of each pair, and see it done when it is fair again.

        `stir` makes idle processes use the network.
        """
        for weather, lasts in _LASTS.items():
            for pair, proxy in self.proxies.items():
                before = proxy.hindered
                proxy.turn(weather)
                working = asyncio.ensure_future(work())
                while proxy.hindered == before:
                    await stir()
                    await asyncio.sleep(0.05)
                await asyncio.sleep(lasts)
                proxy.turn(Weather.FAIR)
                began = asyncio.get_running_loop().time()
                async with asyncio.timeout(_LATE):
                    await working
                took = asyncio.get_running_loop().time() - began
                _LOG.info("%s %s: done %.1f s after it", pair, weather, took)


@asynccontextmanager
async def network(var: Path, *pairs: str) -> AsyncIterator[Network]:
    """Yield a network whose store runs."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(House(var).open())
        proxies = {pair: await stack.enter_async_context(Proxy().open()) for pair in pairs}
        await house.valkey()
        yield Network(house, proxies)


async def lost_nothing(customer: Customer, net: Network) -> None:
    """Compare the customer's journal with everything, past the proxies."""
    customer.url = net.house.url
    turns = await turns_of(net.house.store, customer.journal)
    findings = look([(customer.journal, await customer.history(), turns)])
    assert not findings, f"{findings}\n{findings.lost}{findings.doubled}{findings.inverted}"
    assert findings.acknowledged > 2 * len(net.proxies) * len(_LASTS)


@pytest.mark.timeout(600)
async def test_foul_weather_around_the_gateway_loses_nothing(
    tmp_path: Path, bot: StandIn, http: httpx.AsyncClient
) -> None:
    pairs = ("client-gateway", "gateway-valkey", "gateway-rasa")
    async with network(tmp_path, *pairs) as net:
        net.proxies["gateway-rasa"].target = bot.port
        await net.house.serve(
            "gateway",
            redis_url=net.store("gateway"),
            rasa_port=net.port("gateway-rasa"),
            bot_timeout_seconds=_PATIENCE,
        )
        customer = Customer(f"http://127.0.0.1:{net.port('client-gateway')}", http)
        await customer.arrive()
        await customer.talk([[_QUESTION]])
        await net.suffers(lambda: customer.talk([[_QUESTION, _QUESTION]]), nothing)
        await lost_nothing(customer, net)


@pytest.mark.timeout(600)
async def test_foul_weather_around_rasa_and_its_actions_loses_nothing(
    tmp_path: Path, http: httpx.AsyncClient
) -> None:
    pairs = ("rasa-actions", "rasa-valkey", "actions-valkey")
    async with network(tmp_path, *pairs) as net:
        house = net.house
        await house.serve("actions", redis_url=net.store("actions"))
        await house.rasa(redis_url=net.store("rasa"), actions_port=net.port("rasa-actions"))
        await house.serve("gateway", bot_timeout_seconds=_PATIENCE)
        customer = Customer(house.url, http)
        await customer.arrive()
        await customer.talk([[_QUESTION]])
        await net.suffers(lambda: customer.talk([[_QUESTION, _QUESTION]]), nothing)
        await lost_nothing(customer, net)


@pytest.mark.timeout(600)
async def test_the_desk_is_ready_again_after_foul_weather(tmp_path: Path) -> None:
    async with network(tmp_path, "desk-valkey") as net:
        await net.house.serve("desk", redis_url=net.store("desk"))
        healthy = answers(f"http://127.0.0.1:{net.house.ports['desk']}/readyz")

        async def ready_again() -> None:
            while not await healthy():  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)

        await net.suffers(ready_again, healthy)


async def nothing() -> None:
    """Leave it to the customer to use the network."""
