"""Ready means that the bot has answered, or has been waited for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.client import RasaBot
from compliance.notices import NoticeBook
from conversation.approved import Seal
from yinqiao.rehearsal import Rehearsal
from yinqiao.wiring import gate_of

_GREETING = {"messages": [{"text": "您好"}], "slots": {}, "failed": False}
_PARSE = {"text": "", "intent": {"name": "greet", "confidence": 1.0}, "entities": []}


class Rasa:
    """Answers after some failures; remembers who asked, and who was forgotten."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.asked: list[Any] = []
        self.forgotten: list[str] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(json.loads(request.content))
        if self.failures:
            self.failures -= 1
            raise httpx.ConnectError("not yet")
        return httpx.Response(200, json={**_GREETING, "parse": _PARSE})

    async def forget(self, name: str) -> None:
        self.forgotten.append(name)


@pytest.fixture(scope="module")
def rehearse() -> Callable[[Rasa, float], Rehearsal]:
    gate = gate_of(Seal(), NoticeBook.load())

    def make(rasa: Rasa, patience: float) -> Rehearsal:
        bot = RasaBot("http://rasa", transport=httpx.MockTransport(rasa.handle))
        return Rehearsal(bot, gate, rasa.forget, patience)

    return make


async def test_it_is_over_when_every_turn_was_answered(
    rehearse: Callable[[Rasa, float], Rehearsal],
) -> None:
    rasa = Rasa(failures=2)
    rehearsal = rehearse(rasa, 3600)
    states: list[bool] = []

    async def pause(_: float) -> None:
        states.append(rehearsal.over)

    rehearsal.pause = pause
    await rehearsal.run()
    assert states == [False, False]
    assert rehearsal.over
    assert len({one["message"] for one in rasa.asked}) == len(rasa.asked) - 2


async def test_whoever_was_played_is_forgotten(
    rehearse: Callable[[Rasa, float], Rehearsal],
) -> None:
    rasa = Rasa(failures=1)
    rehearsal = rehearse(rasa, 3600)

    async def pause(_: float) -> None:
        """Try again at once."""

    rehearsal.pause = pause
    await rehearsal.run()
    assert {one["sender"] for one in rasa.asked} == set(rasa.forgotten)
    assert len(set(rasa.forgotten)) == 2


async def test_patience_ends(rehearse: Callable[[Rasa, float], Rehearsal]) -> None:
    rasa = Rasa(failures=10**6)
    rehearsal = rehearse(rasa, 0)
    await rehearsal.run()
    assert rehearsal.over
    assert len(rasa.asked) == 1
