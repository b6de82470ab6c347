"""One customer's round trip through gateway, Rasa, retrieval and gate; memory afterwards."""

from __future__ import annotations

import itertools
import json
from statistics import median, quantiles

from bench.figure import Figure
from bench.weight import processes_of, resident
from connectors.web.tokens import Scope, Tokens
from yinqiao.asking import ask
from yinqiao.settings import ROOT
from yinqiao.web_client import open_line

_HELD_OUT = ROOT / "nlu_data" / "held_out" / "routing_2.jsonl"
_FRESH = 300
_TURNS = 205
_WINDOW = 5
_TOTAL = 1000


async def measure(url: str, tokens: Tokens, supervisor: int) -> list[Figure]:
    """Ask real questions; `supervisor` is the process id whose children are weighed."""
    rows = [json.loads(line) for line in _HELD_OUT.read_text("utf-8").splitlines()]
    texts = itertools.cycle(row["text"] for row in rows if row["route"] == "answer")
    fresh = await _fresh(url, tokens, [next(texts) for _ in range(_FRESH)])
    long = await _long(url, tokens)
    rest = _TOTAL - _FRESH - _TURNS
    await _fresh(url, tokens, [next(texts) for _ in range(rest)])
    early, late = median(long[5 : 5 + 2 * _WINDOW]), median(long[-2 * _WINDOW :])
    memory = sum(map(resident, processes_of(supervisor).values())) / 2**30
    p95 = quantiles(fresh, n=20)[-1]
    return [
        Figure("round trip, median", f"{median(fresh) * 1000:.0f} ms", "≤ 60 ms"),
        Figure("round trip, p95", f"{p95 * 1000:.0f} ms", "≤ 120 ms"),
        Figure("turn 200 ÷ turn 5", f"{late / early:.2f}", "≤ 1.5"),
        Figure(f"resident after {_TOTAL} messages", f"{memory:.2f} GB", "≤ 2.0 GB"),
    ]


async def _fresh(url: str, tokens: Tokens, texts: list[str]) -> list[float]:
    """Ask each text in a conversation of its own; seconds each."""
    seconds = []
    for text in texts:
        async with open_line(url, tokens.issue(scope=Scope.DIAGNOSE)) as client:
            seconds.append((await ask(client, text)).seconds)
    return seconds


async def _long(url: str, tokens: Tokens) -> list[float]:
    """Ask the same answerable question over and over in one conversation; seconds a turn."""
    async with open_line(url, tokens.issue(scope=Scope.DIAGNOSE)) as client:
        return [(await ask(client, "怎么挂失银行卡")).seconds for _ in range(_TURNS)]
