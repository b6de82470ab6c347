"""What is told, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `place` is its place in the source, ascending.

    `id` is the same however often it is sent. `data` are plain JSON values without personal data.
    """

    place: int
    id: str
    type: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> bytes:
        """Return the JSON that is sent; the same event is the same bytes."""
        told = {"type": self.type, "timestamp": self.at.isoformat(), "data": dict(self.data)}
        return orjson.dumps(told)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events in order; nothing else is to be told up to and including the place `upto`."""

    events: Sequence[Event]
    upto: int


class Events(Protocol):
    """The durable source. Raises `Unavailable` when what is behind does not answer."""

    async def head(self) -> int:
        """Return the last place there is."""

    async def after(self, place: int, limit: int = 100) -> Batch:
        """Return at most `limit` events after `place`."""
