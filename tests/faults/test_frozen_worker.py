"""A worker that is frozen, dead or slow: its turn is lost to it, taken over, or left to it."""

from __future__ import annotations

import signal

from tests.faults.core import LEASE, Core

_MANY = 40
_LATE = 30.0
"""Seconds that a busy machine may take beyond what is promised on a free one (two)."""


async def test_a_worker_frozen_past_its_lease_commits_nothing(core: Core) -> None:
    frozen = await core.worker("warm")
    core.bot.gate.clear()
    await core.say("你好")
    await core.bot.hears(1)
    frozen.signal(signal.SIGSTOP)
    await core.worker("warm")
    await core.bot.hears(2)
    core.bot.gate.set()
    [answer] = await core.handled(1)
    frozen.signal(signal.SIGCONT)
    await frozen.prints("lease lost")
    assert await core.handled(1) == [answer]
    assert answer.text == "答：你好"


async def test_a_dead_workers_turns_are_taken_over(core: Core) -> None:
    dead = await core.worker("warm")
    core.bot.gate.clear()
    for number in range(_MANY):
        await core.say(f"第{number}个问题")
    await core.bot.hears(1)
    await core.worker("warm")
    await dead.kill()
    died = core.bot.now()
    await core.bot.hears(2)
    assert core.bot.moments[1] - died < LEASE + _LATE
    core.bot.gate.set()
    answers = await core.handled(_MANY)
    assert [answer.text for answer in answers] == [
        f"答：第{number}个问题" for number in range(_MANY)
    ]


async def test_a_slow_worker_that_lives_is_not_robbed(core: Core) -> None:
    for _ in range(2):
        await core.worker("warm")
    core.bot.gate.clear()
    await core.say("你好")
    await core.bot.hears(1)
    # Thrice in a lease it is renewed: without that the lease would be over by now.
    await core.renewals(4)
    assert core.bot.heard == ["你好"]
    core.bot.gate.set()
    assert [answer.text for answer in await core.handled(1)] == ["答：你好"]
