"""The in-memory doubles of what channels keep, for tests and trials in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.limits import Rate
from connectors.outbox import Cursor
from conversation.conversation import Customer


@dataclass(slots=True)
class MemoryBuckets:
    """`Buckets` in a dictionary: when each is empty again."""

    clock: Callable[[], float] = time.monotonic
    _empty: dict[str, float] = field(default_factory=dict)

    async def take(self, bucket: str, rate: Rate) -> float:
        """See `Buckets.take`."""
        now = self.clock()
        empty = max(self._empty.get(bucket, 0.0), now) + rate.seconds / rate.amount
        over = empty - now - rate.seconds
        if over > 1e-6:  # noqa: PLR2004 - less than any clock tells
            return over
        self._empty[bucket] = empty
        return 0.0


@dataclass(slots=True)
class MemoryOnce:
    """`Once` in a dictionary: until when each name is remembered."""

    clock: Callable[[], float] = time.monotonic
    _until: dict[str, float] = field(default_factory=dict)

    async def first(self, name: str, seconds: int) -> bool:
        """See `Once.first`."""
        now = self.clock()
        if self._until.get(name, now) > now:
            return False
        self._until[name] = now + seconds
        return True


@dataclass(slots=True)
class MemoryPlaces:
    """`Places` in a dictionary."""

    _places: dict[tuple[str, str], Cursor] = field(default_factory=dict)

    async def reached(self, client: str, customer: Customer) -> Cursor | None:
        """See `Places.reached`."""
        return self._places.get((client, customer.key))

    async def reach(self, client: str, customer: Customer, cursor: Cursor) -> None:
        """See `Places.reach`."""
        self._places[client, customer.key] = cursor
