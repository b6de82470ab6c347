"""The port to everything that is kept about customers. Each room that keeps something has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.rights.terms import Keep


@dataclass(frozen=True, slots=True)
class Tally:
    """What a holder did, or would do: records deleted, stored only from now on, or on hold."""

    holder: str
    deleted: int = 0
    restricted: int = 0
    held: int = 0


class Holder(Protocol):
    """One keeper of records. Raises `Unavailable` when what is behind does not answer.

    Every call is safe to repeat: what is gone is not counted again.
    """

    @property
    def name(self) -> str:
        """A word for files and reports; one of its own."""

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """Return all that is held about a customer as plain JSON values, oldest first."""

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """Delete what may be deleted; make the rest stored only, but what is on hold untouched.

        Raises `NotSettled`, having changed nothing, while the customer's matter is not over.
        """

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """Delete whatever has had its term; with `dry_run` only count it."""
