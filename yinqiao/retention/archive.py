"""What the archive holds of a customer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.rights.holder import Tally
from compliance.rights.terms import Keep, Kind
from conversation.archive_records import ArchiveRecords, Kept
from yinqiao.retention.plain import conversation_as_plain


@dataclass(frozen=True, slots=True)
class ArchiveHolder:
    """Closed conversations; one with a complaint in it has the longer term of complaints."""

    archive: ArchiveRecords
    name: str = "conversations"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`; conversations that are stored only are the customer's, too."""
        return await asyncio.to_thread(self._export, customer_key)

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """See `Holder.erase`."""
        return await asyncio.to_thread(self._erase, customer_key, keep)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`; what is stored only goes as soon as the law lets it."""
        return await asyncio.to_thread(self._expire, keep, dry_run=dry_run)

    def _export(self, customer_key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for kept in self.archive.of_customer(customer_key):
            held = self.archive.read(kept.id)
            if held is not None:
                found.append(
                    conversation_as_plain(
                        held.id,
                        held.customer,
                        held.log,
                        opened=held.opened_at.isoformat(),
                        closed=held.closed_at.isoformat(),
                        closed_by=held.closed_by,
                        stored_only=kept.restricted,
                    )
                )
        return found

    def _erase(self, customer_key: str, keep: Keep) -> Tally:
        kept = self.archive.of_customer(customer_key)
        free = [one for one in kept if not keep.held(one.id)]
        going = [one.id for one in free if one.closed_at < keep.law_began(_kind(one))]
        staying = [one.id for one in free if one.id not in going and not one.restricted]
        self.archive.restrict(staying, keep.now)
        self.archive.delete(going)
        return Tally(self.name, len(going), len(staying), len(kept) - len(free))

    def _expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        due: list[Kept] = []
        for kind in (Kind.CONVERSATIONS, Kind.COMPLAINTS):
            for restricted, before in (
                (False, keep.term_began(kind)),
                (True, keep.law_began(kind)),
            ):
                complaint = kind is Kind.COMPLAINTS
                due += self.archive.closed_before(
                    before, complaint=complaint, restricted=restricted
                )
        going = [one.id for one in due if not keep.held(one.id)]
        if not dry_run:
            self.archive.delete(going)
        return Tally(self.name, deleted=len(going), held=len(due) - len(going))


def _kind(kept: Kept) -> Kind:
    return Kind.COMPLAINTS if kept.complaint else Kind.CONVERSATIONS
