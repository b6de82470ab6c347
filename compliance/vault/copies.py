"""Encrypted copies, and the port to where they lie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Copy:
    """One masked value of one message, sealed; `start` is the offset of its mask in the text."""

    conversation: str
    message: str
    start: int
    kind: str
    at: datetime
    sealed: str


class Copies(Protocol):
    """Keeps copies. Blocking; raises `VaultUnavailable`. Every call is safe to repeat."""

    def keep(self, copies: Sequence[Copy]) -> None:
        """Add copies; of two at one place the first stays."""

    def of(self, conversation: str) -> list[Copy]:
        """Return a conversation's copies, by message and place."""

    def of_customer(self, customer_key: str) -> list[Copy]:
        """Return the copies of all of a customer's conversations."""

    def before(self, at: datetime) -> list[Copy]:
        """Return the copies that were made before a moment."""

    def all(self) -> list[Copy]:
        """Return every copy."""

    def reseal(self, copies: Sequence[Copy]) -> None:
        """Put newly sealed values in the place of the old; what is gone meanwhile stays gone."""

    def delete(self, copies: Collection[Copy]) -> None:
        """Remove copies."""
