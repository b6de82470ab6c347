"""What a customer thought of a conversation: one to five, and a comment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SCORES = range(1, 6)


@dataclass(frozen=True, slots=True)
class Survey:
    """An answer; `score` is 1 (bad) to 5 (good), `comment` is redacted."""

    conversation: str
    customer_key: str
    score: int
    comment: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a score that is none."""
        if self.score not in SCORES:
            raise ValueError(f"a score is 1 to 5: {self.score}")


class SurveyStore(Protocol):
    """Blocking; every method is one transaction. Raises `TicketsUnavailable`."""

    def put(self, survey: Survey) -> Survey:
        """Keep the first score of a conversation and its first comment; returns what is kept."""

    def since(self, at: datetime) -> list[Survey]:
        """Return the answers given at or after a moment, oldest first."""

    def of_customer(self, customer_key: str) -> list[Survey]:
        """Return a customer's answers, oldest first."""

    def remove(self, conversations: Collection[str]) -> int:
        """Delete the answers about conversations; returns how many there were."""
