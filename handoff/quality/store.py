"""Where inspections are kept, one a conversation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from conversation.archive import Period
from handoff.figures.measure import Measure
from handoff.quality.inspection import Inspection, State


class InspectionStore(Protocol):
    """Blocking; every method is one transaction. Raises `QualityUnavailable`."""

    def waiting(self, since: datetime, limit: int = 100) -> list[str]:
        """Return archived conversations, closed at or after `since`, that nobody has inspected.

        The first closed first; what is stored only is not for inspection.
        """

    def add(self, inspection: Inspection) -> bool:
        """Keep a first inspection; False when there is one, or the archive lets it be read no more.

        Any number may add at once: one is kept.
        """

    def put(self, inspection: Inspection) -> None:
        """Keep an inspection's next version; raises `InspectionChanged` when it is not the next."""

    def get(self, conversation: str) -> Inspection | None:
        """Return the inspection of a conversation."""

    def find(
        self, period: Period, *, agent: str | None = None, states: Collection[State] = ()
    ) -> list[Inspection]:
        """Return those of conversations closed in a period, the last closed first.

        `agent` is who answers for it, "" for conversations that no agent had.
        """

    def of_customer(self, customer_key: str) -> list[Inspection]:
        """Return a customer's, the first closed first."""

    def measures(self, period: Period) -> list[Measure]:
        """Return what is counted of conversations closed in a period, in the order of `find`."""

    def remove(self, conversations: Collection[str]) -> int:
        """Delete inspections; returns how many there were."""
