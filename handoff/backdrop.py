"""What an agent should know of a customer beyond what is said in this conversation's log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from conversation.conversation import Conversation
from conversation.message import Message
from handoff.mood import Heard, Reading


@dataclass(frozen=True, slots=True)
class Earlier:
    """A conversation that is over; `number` counts the customer's conversations from 1."""

    number: int
    opened: datetime
    entries: int
    closed_by: str


@dataclass(frozen=True, slots=True)
class Left:
    """How many messages the channel still carries to the customer, and until when.

    `kept` wait because it carries none; they go out when the customer writes again.
    """

    messages: int
    until: datetime | None = None
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Backdrop:
    """`left` is None for a channel that sets no limit; `tickets` are complaint numbers."""

    reading: Reading = field(default_factory=Reading)
    earlier: tuple[Earlier, ...] = ()
    tickets: tuple[str, ...] = ()
    left: Left | None = None


class Backdrops(Protocol):
    """Where it comes from. Raises `Unavailable` when what is behind does not answer."""

    async def of(self, conversation: Conversation, heard: Sequence[Heard]) -> Backdrop:
        """Return what is known; `heard` is what the customer said here, oldest first."""

    async def log(self, conversation: Conversation, number: int) -> Sequence[Message]:
        """Return the log of the customer's `number`-th conversation, nothing when it is gone."""
