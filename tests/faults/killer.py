"""Kills processes at moments that a seed decides, as the run goes on."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

_BACK = 0.1
_LATEST = 0.5


@dataclass(slots=True)
class Killer:
    """Ends one victim after the other by SIGKILL, spread evenly over the messages of a run.

    `kill(name)` returns False while the victim does not run: it is tried again until it does.
    """

    seed: int
    messages: int
    victims: Sequence[str]
    kills: int
    kill: Callable[[str], bool]
    killed: Counter[str] = field(default_factory=Counter)
    _count: int = 0
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def count(self) -> None:
        """Note one more acknowledged message."""
        self._count += 1
        self._moved.set()

    async def run(self) -> None:
        """Kill until there is nothing left to kill."""
        for at, victim, later in self._plan():
            while self._count < at:
                self._moved.clear()
                await self._moved.wait()
            # The kill must not always follow an acknowledgement: any moment is one.
            await asyncio.sleep(later)
            while not await asyncio.to_thread(self.kill, victim):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(_BACK)
            self.killed[victim] += 1

    def _plan(self) -> Iterator[tuple[int, str, float]]:
        """Yield after how many messages, whom, and how many seconds later."""
        chance = random.Random(self.seed)  # noqa: S311 - repeatable, nothing secret
        names = [self.victims[n % len(self.victims)] for n in range(self.kills)]
        chance.shuffle(names)
        # The last tenth is left for the last victim to come back in.
        step = self.messages * 0.9 / self.kills
        for number, name in enumerate(names):
            yield int(step * (number + chance.random())), name, chance.random() * _LATEST
