"""How honest the estimate of the wait is: days of customers, simulated against the real formula.

Customers come and are served at random (exponential times), as many agents serve as make the line
neither empty nor endless. Each customer who has to wait is told an estimate on arrival, as the
queue would tell it; what they really wait is known at the end.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.figure import Figure
from handoff.waiting_time import LOOKED_AT, estimate

_AGENTS = (2, 5, 15)
_SERVED = 8 * 60.0
_LOAD = 0.92
_CUSTOMERS = 4000


@dataclass(slots=True)
class Line:
    """One group on one day; times in seconds."""

    agents: int
    chance: random.Random
    free: list[float] = field(default_factory=list)
    picked: deque[float] = field(default_factory=lambda: deque(maxlen=LOOKED_AT))
    pending: deque[float] = field(default_factory=deque)

    def run(self) -> list[tuple[float, float]]:
        """Return (told, real) for everybody who was told an estimate."""
        self.free = [0.0] * self.agents
        now = 0.0
        told: list[tuple[float, float]] = []
        for _ in range(_CUSTOMERS):
            now += self.chance.expovariate(self.agents * _LOAD / _SERVED)
            while self.pending and self.pending[0] <= now:
                self.picked.appendleft(self.pending.popleft())
            begins = max(now, heapq.heappop(self.free))
            guess = self._guess(now, begins)
            heapq.heappush(self.free, begins + self.chance.expovariate(1 / _SERVED))
            self.pending.append(begins)
            if guess is not None:
                told.append((guess, begins - now))
        return told

    def _guess(self, now: float, begins: float) -> float | None:
        """Return what is told; nobody is told anything who is picked up at once."""
        if begins <= now:
            return None
        ages = [now - at for at in self.picked]
        wait = estimate(len(self.pending) + 1, ages)
        return wait.total_seconds() if wait else None


def measure() -> list[Figure]:
    """Simulate; a second."""
    figures = []
    for agents in _AGENTS:
        told = Line(agents, random.Random(agents)).run()  # noqa: S311 - a simulation
        off = sorted(abs(guess - real) / 60 for guess, real in told)
        share = sum(real <= guess * 1.5 for guess, real in told) / len(told)
        name = f"{agents} agents, {len(told):,} customers told"
        real = median(wait for _, wait in told) / 60
        figures += [
            Figure(f"{name}: real wait, median", f"{real:.1f} min", ""),
            Figure(f"{name}: error, median", f"{median(off):.1f} min", ""),
            Figure(f"{name}: error, p90", f"{quantiles(off, n=10)[-1]:.1f} min", ""),
            Figure(f"{name}: waited at most 1.5 × what was told", f"{share:.0%}", ""),
        ]
    return figures
