"""`InspectionStore` in a dictionary, beside the archive's double."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from datetime import datetime

from conversation.archive import Period
from conversation.memory_archive import MemoryArchive
from handoff.figures.measure import Measure
from handoff.quality.errors import InspectionChanged
from handoff.quality.inspection import Inspection, State


class MemoryInspections:
    """Inspections that are gone with the process."""

    def __init__(self, archive: MemoryArchive) -> None:
        """Inspect what `archive` holds."""
        self._archive = archive
        self._held: dict[str, Inspection] = {}
        self._alone = threading.Lock()

    def waiting(self, since: datetime, limit: int = 100) -> list[str]:
        """See `InspectionStore.waiting`."""
        there = self._archive.search(Period(start=since), limit=len(self._archive.held))
        ids = (one.id for one in reversed(there) if one.id not in self._held)
        return list(ids)[:limit]

    def add(self, inspection: Inspection) -> bool:
        """See `InspectionStore.add`."""
        with self._alone:
            held = self._archive.get(inspection.conversation)
            if held is None or inspection.conversation in self._held:
                return False
            self._held[inspection.conversation] = inspection
            return True

    def put(self, inspection: Inspection) -> None:
        """See `InspectionStore.put`."""
        with self._alone:
            held = self._held.get(inspection.conversation)
            if held is None or held.version != inspection.version - 1:
                raise InspectionChanged
            self._held[inspection.conversation] = inspection

    def get(self, conversation: str) -> Inspection | None:
        """See `InspectionStore.get`."""
        return self._held.get(conversation)

    def find(
        self, period: Period, *, agent: str | None = None, states: Collection[State] = ()
    ) -> list[Inspection]:
        """See `InspectionStore.find`."""
        return self._sorted(
            lambda one: (
                period.holds(one.closed)
                and agent in {None, one.agent}
                and (not states or one.state in states)
            )
        )[::-1]

    def of_customer(self, customer_key: str) -> list[Inspection]:
        """See `InspectionStore.of_customer`."""
        return self._sorted(lambda one: one.customer_key == customer_key)

    def measures(self, period: Period) -> list[Measure]:
        """See `InspectionStore.measures`."""
        return [inspection.measure for inspection in self.find(period)]

    def remove(self, conversations: Collection[str]) -> int:
        """See `InspectionStore.remove`."""
        return sum(self._held.pop(each, None) is not None for each in conversations)

    def _sorted(self, wanted: Callable[[Inspection], bool]) -> list[Inspection]:
        found = filter(wanted, self._held.values())
        return sorted(found, key=lambda one: (one.closed, one.conversation))
