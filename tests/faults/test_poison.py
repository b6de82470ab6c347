"""A message that kills its worker each time: dead letter, and a person is offered."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator

from conversation.utterances import Utterances
from tests.faults.core import Core
from tests.faults.running import Running

_POISON = "毒"
_TRIES = 5


async def test_a_message_that_kills_its_worker_becomes_a_dead_letter(core: Core) -> None:
    workers: list[Running] = []

    def meets(text: str) -> None:
        if text == _POISON:
            workers[-1].signal(signal.SIGKILL)

    core.bot.meets = meets
    async with restarted(core, workers):
        poison = await core.say(_POISON)
        await core.say("你好")
        offer, hello = await core.handled(2)
    assert offer.text == Utterances.load().text("poison_offer")
    assert "转人工" in [option.text for option in offer.options]
    assert hello.text == "答：你好"
    assert core.bot.heard[:_TRIES] == [_POISON] * _TRIES
    assert _POISON not in core.bot.heard[_TRIES:]
    [letter] = await core.letters.all()
    assert (letter.message_id, letter.why) == (poison, "failed five times")


@contextlib.asynccontextmanager
async def restarted(core: Core, workers: list[Running]) -> AsyncIterator[None]:
    """Start the worker anew whenever it ends, as the supervisor does, while open."""
    workers.append(await core.worker())

    async def watch() -> None:
        while True:
            await workers[-1].process.wait()
            workers.append(await core.worker())

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
