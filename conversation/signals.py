"""Signs between a customer and staff: who is typing, what has arrived, what was read.

Hints, never the truth: they are in no log, nothing depends on them, and they may be lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

TYPING_SECONDS = 6
"""How long typing is believed without another sign of it."""


class Side(StrEnum):
    """Of whom a sign is."""

    CUSTOMER = "customer"
    STAFF = "staff"


class Mark(StrEnum):
    """How far the log has come to somebody: on a screen, or before their eyes."""

    DELIVERED = "delivered"
    READ = "read"
    READ_BY_STAFF = "read_by_staff"


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of a conversation now; marks are log entries, "0-0" for nothing yet."""

    typing: frozenset[Side] = frozenset()
    delivered: str = "0-0"
    read: str = "0-0"
    read_by_staff: str = "0-0"


class Signals(Protocol):
    """Where signs are left. Raises `StoreUnavailable` when the server does not answer."""

    async def type(self, conversation_id: str, side: Side) -> None:
        """Tell that somebody is typing; believed for `TYPING_SECONDS`."""

    async def said(self, conversation_id: str, side: Side) -> None:
        """Tell that what was typed is said: typing ends at once."""

    async def mark(self, conversation_id: str, mark: Mark, entry: str) -> None:
        """Tell how far the log has come; a mark never goes back."""

    async def of(self, conversation_id: str) -> Signs:
        """Return the signs now."""


def order(entry: str) -> tuple[int, int]:
    """Return what orders log entries; raises ValueError for what is none."""
    stamp, _, counter = entry.partition("-")
    return int(stamp), int(counter)
