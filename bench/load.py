"""Customers at once and for long: the whole system beside Rasa alone, on the same machine.

Rasa alone has its stock Chinese pipeline (jieba, DIET, TED) trained on the same data, its REST
channel and its Redis tracker store. It has neither search nor gate nor log: its actions say one
sentence at once. One runs after the other, and the client shares the processors with either.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import httpx

from bench.crowd import Load, Visit, crowd, gateway_visit, long_visit, questions, rest_visit
from bench.figure import Figure
from bench.load_plot import draw
from bench.stock import running_stock
from bench.system import running_system
from bench.weight import processes_of, resident, used
from connectors.web.tokens import Tokens

if TYPE_CHECKING:
    from yinqiao.settings import Settings

CROWDS = (8, 64)
_SECONDS = 10.0
_TURNS = 203
_QUESTION = "怎么挂失银行卡"
_ALONE = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one system: the crowds, and the seconds of each turn of a long talk."""

    loads: dict[int, Load]
    turns: list[float]

    @property
    def early(self) -> float:
        """Milliseconds around turn 5."""
        return median(self.turns[2:7]) * 1000

    @property
    def late(self) -> float:
        """Milliseconds around turn 200."""
        return median(self.turns[197:202]) * 1000


def measure() -> list[Figure]:
    """Start both in turn; about five minutes when the stock model is trained."""
    with tempfile.TemporaryDirectory() as folder, running_stock(Path(folder)) as url:
        stock = asyncio.run(_stock(url))
    with running_system() as (settings, supervisor):
        ours, inside = asyncio.run(_ours(settings, supervisor))
    draw(ours, stock)
    return [*_compared(ours, stock), *inside]


async def _stock(url: str) -> Seen:
    async with httpx.AsyncClient(base_url=url, timeout=120, trust_env=False) as client:
        return await _seen(rest_visit(client, "/webhooks/rest/webhook"))


async def _ours(settings: Settings, supervisor: int) -> tuple[Seen, list[Figure]]:
    visit = gateway_visit([settings.gateway_url], Tokens(settings.secret()))
    processes = processes_of(supervisor)
    # As on any day but the first: every answer has been given before.
    await crowd(visit, questions(), 4, 10.0)
    alone = await crowd(visit, questions(), 1, 5.0)
    before = used(processes)
    seen = await _seen(visit)
    count = sum(len(load.seconds) for load in seen.loads.values()) + len(seen.turns)
    costs = {name: (now - before[name]) / count for name, now in used(processes).items()}
    hops = await _hops(settings, alone)
    weights = [
        Figure(f"memory, {name}", f"{resident(one) / 2**20:.0f} MB", "")
        for name, one in processes.items()
    ]
    cpu = [
        Figure(f"processor time a message, {name}", f"{cost * 1000:.1f} ms", "")
        for name, cost in costs.items()
    ]
    return seen, [*hops, *cpu, *weights]


async def _seen(visit: Visit) -> Seen:
    texts = questions()
    loads = {customers: await crowd(visit, texts, customers, _SECONDS) for customers in CROWDS}
    return Seen(loads, await long_visit(visit, _QUESTION, _TURNS))


async def _hops(settings: Settings, alone: Load) -> list[Figure]:
    """Return what each hop adds for one customer alone: medians, the actions' a mean."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        began = await _in_actions(client, settings)
        path = f"{settings.rasa_url}/webhooks/yinqiao/webhook"
        rasa = await crowd(rest_visit(client, path), questions(), 1, 5.0)
        ended = await _in_actions(client, settings)
    actions = 1000 * (ended[0] - began[0]) / (ended[1] - began[1])
    whole, inner = alone.percentile(50), rasa.percentile(50)
    return [
        Figure("one customer alone, median of the whole way", f"{whole:.1f} ms", ""),
        Figure(
            "of it gateway: accept, queue, gate, commit, delivery", f"{whole - inner:.1f} ms", ""
        ),
        Figure("of it Rasa: understanding, policies, tracker", f"{inner - actions:.1f} ms", ""),
        Figure("of it actions: dialogue and search", f"{actions:.1f} ms", ""),
    ]


async def _in_actions(client: httpx.AsyncClient, settings: Settings) -> tuple[float, float]:
    """Return seconds spent in actions, and how many have run."""
    text = (await client.get(f"{settings.actions_url}/metrics")).text
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]

    def total(part: str) -> float:
        return sum(
            float(v) for name, v in rows if name.startswith(f"yinqiao_action_seconds_{part}")
        )

    return total("sum"), total("count")


def _compared(ours: Seen, stock: Seen) -> list[Figure]:
    figures = []
    for customers in CROWDS:
        mine, theirs = ours.loads[customers], stock.loads[customers]
        name = f"{customers} customers"
        faster = mine.a_second / theirs.a_second
        slower = mine.percentile(95) / theirs.percentile(95)
        figures += [
            Figure(f"{name}: Yinqiao", _words(mine), ""),
            Figure(f"{name}: stock Rasa alone", _words(theirs), ""),
            Figure(f"{name}: messages a second ÷ stock's", f"{faster:.2f}", "≥ 2"),
            Figure(f"{name}: p95 ÷ stock's", f"{slower:.2f}", "≤ 0.5"),
        ]
    for name, seen, goal in (("Yinqiao", ours, "≤ 1.2"), ("stock Rasa alone", stock, "")):
        figures += [
            Figure(f"turn 5, turn 200: {name}", f"{seen.early:.0f}, {seen.late:.0f} ms", ""),
            Figure(f"turn 200 ÷ turn 5: {name}", f"{seen.late / seen.early:.2f}", goal),
        ]
    return figures


def _words(load: Load) -> str:
    p50, p95, p99 = (load.percentile(share) for share in (50, 95, 99))
    return f"{load.a_second:.1f} a second; p50 {p50:.0f}, p95 {p95:.0f}, p99 {p99:.0f} ms"
