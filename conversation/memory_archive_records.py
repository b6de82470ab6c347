"""The in-memory double of the archive's records."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from conversation.archive import Archived
from conversation.archive_records import Kept
from conversation.memory_archive import MemoryArchive
from conversation.turn import Route


class MemoryArchiveRecords:
    """`ArchiveRecords` on the double of the archive."""

    def __init__(self, archive: MemoryArchive) -> None:
        """Look after what `archive` holds."""
        self._archive = archive

    def of_customer(self, customer_key: str) -> list[Kept]:
        """See `ArchiveRecords.of_customer`."""
        held = self._archive.held.values()
        return self._kept(one for one in held if one.customer.key == customer_key)

    def closed_before(self, at: datetime, *, complaint: bool, restricted: bool) -> list[Kept]:
        """See `ArchiveRecords.closed_before`."""
        early = self._kept(one for one in self._archive.held.values() if one.closed_at < at)
        return [one for one in early if (one.complaint, one.restricted) == (complaint, restricted)]

    def read(self, conversation_id: str) -> Archived | None:
        """See `ArchiveRecords.read`."""
        return self._archive.held.get(conversation_id)

    def restrict(self, conversation_ids: Collection[str], at: datetime) -> None:
        """See `ArchiveRecords.restrict`."""
        for one in conversation_ids:
            self._archive.restricted.setdefault(one, at)

    def delete(self, conversation_ids: Collection[str]) -> None:
        """See `ArchiveRecords.delete`."""
        for one in conversation_ids:
            self._archive.held.pop(one, None)
            self._archive.restricted.pop(one, None)

    def _kept(self, held: Iterable[Archived]) -> list[Kept]:
        kept = [
            Kept(
                one.id,
                one.customer.key,
                one.closed_at,
                any(facts.route is Route.COMPLAINT for facts in one.turns),
                one.id in self._archive.restricted,
            )
            for one in held
        ]
        return sorted(kept, key=lambda one: (one.closed_at, one.id))
