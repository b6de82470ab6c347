"""How processes learn of a publication, and tell what they serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Serving:
    """What one replica serves; `error` is the code of why it could not load a newer one."""

    replica: str
    snapshot: str
    error: str = ""


class Announcer(Protocol):
    """The publisher's side. Blocking.

    What is in service is decided by the pointer file alone: replicas also look at it by
    themselves, so a lost announcement costs them a moment and nothing else. Both methods raise
    `AnnouncerDown` when what is behind them does not answer.
    """

    def announce(self, snapshot: str) -> None:
        """Tell every replica that this snapshot is in service now."""

    def serving(self) -> list[Serving]:
        """Return what the replicas that run now said they serve, by name."""


class Announcements(Protocol):
    """The replica's side. When what is behind it is down, both methods wait or do nothing."""

    async def wait(self, seconds: float) -> None:
        """Return at the next announcement, or after so many seconds."""

    async def register(self, serving: Serving) -> None:
        """Say what this replica serves; forgotten unless it is said again."""
