"""Legal holds: what may not be deleted while somebody looks into it, whatever its term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.conversation import split_id


@dataclass(frozen=True, slots=True)
class Hold:
    """`subject` is a customer's key or a conversation's id; `by` put it there, `why` says why."""

    subject: str
    by: str
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """All that is on hold at one moment."""

    subjects: frozenset[str] = frozenset()

    @classmethod
    def of(cls, holds: Iterable[Hold]) -> Holding:
        """Return what these holds cover."""
        return cls(frozenset(hold.subject for hold in holds))

    def covers(self, conversation_id: str) -> bool:
        """Whether a conversation, or its customer as a whole, is on hold."""
        return conversation_id in self.subjects or split_id(conversation_id)[0] in self.subjects


class Holds(Protocol):
    """The holds in force; for threads. Raises `RightsUnavailable` when the store is away."""

    def all(self) -> list[Hold]:
        """Return the holds in force, the oldest first."""

    def place(self, hold: Hold) -> Hold:
        """Put a hold on a subject and return the one in force: an earlier one stays as it is."""

    def release(self, subject: str) -> None:
        """Take the hold off a subject, if there is one."""
