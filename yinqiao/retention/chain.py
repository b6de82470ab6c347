"""What the audit chain holds of a customer: under a key that is not a name, what was done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.audit import Wanted
from compliance.audit_store import AuditStore
from compliance.rights.holder import Tally
from compliance.rights.terms import Keep, Kind

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class AuditHolder:
    """The chain stays whole whatever anybody wishes; its oldest rows go when their term is over."""

    chain: AuditStore
    name: str = "audit"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`."""
        return await asyncio.to_thread(self._export, customer_key)

    async def erase(self, customer_key: str, keep: Keep) -> Tally:  # noqa: ARG002 - the port's
        """See `Holder.erase`: a chain with a hole would prove nothing any more."""
        return Tally(self.name)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`; the first row that is on hold holds all that follow it."""
        before = keep.term_began(Kind.AUDIT)
        held = keep.holding.subjects
        gone = await asyncio.to_thread(
            lambda: self.chain.trim(before, held=held, at=keep.now, dry_run=dry_run)
        )
        return Tally(self.name, deleted=gone)

    def _export(self, customer_key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        wanted = Wanted(customer=customer_key)
        after = 0
        while rows := self.chain.rows(wanted, after=after, limit=_PAGE):
            found += [
                {
                    "seq": row.seq,
                    "at": row.at,
                    "kind": row.kind,
                    "subject": row.subject,
                    "data": json.loads(row.data),
                }
                for row in rows
            ]
            after = rows[-1].seq
        return found
