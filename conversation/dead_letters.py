"""Messages that could not be handled, as rights and retention see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: where the message stands, and why it was given up. It holds no text."""

    id: str
    conversation_id: str
    message_id: str
    why: str
    at: datetime


class DeadLetters(Protocol):
    """The dead letters. Raises `StoreUnavailable` when the live store does not answer."""

    async def all(self) -> list[Letter]:
        """Return them, the oldest first (there are at most some ten thousand)."""

    async def remove(self, ids: Collection[str]) -> None:
        """Remove some; those that are gone already do not matter."""
