"""What an agent should know of a customer beyond what is said in this conversation's log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from conversation.conversation import Conversation
from conversation.message import Message

LOOKED_AT = 5
"""How many of the customer's last messages tell the mood."""


class Mood(StrEnum):
    """How the customer's last messages sound: none of them scolds, one does, several do."""

    CALM = "calm"
    UPSET = "upset"
    ANGRY = "angry"


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

    mood: Mood = Mood.CALM
    earlier: tuple[Earlier, ...] = ()
    tickets: tuple[str, ...] = ()
    left: Left | None = None


class Backdrops(Protocol):
    """Where it comes from. Raises `Unavailable` when what is behind does not answer."""

    async def of(self, conversation: Conversation, asked: Sequence[str]) -> Backdrop:
        """Return what is known; `asked` is what the customer said here, oldest first."""

    async def log(self, conversation: Conversation, number: int) -> Sequence[Message]:
        """Return the log of the customer's `number`-th conversation, nothing when it is gone."""


def mood_of(scolding: Sequence[bool]) -> Mood:
    """Return the mood of messages of which each scolds or does not, oldest first."""
    count = sum(scolding[-LOOKED_AT:])
    return (Mood.CALM, Mood.UPSET, Mood.ANGRY)[min(count, 2)]
