"""A customer's rights (个人信息保护法 Arts 45–47) and legal holds, each deed in the audit chain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from compliance.clock import utc_now
from compliance.recorder import AuditRecorder
from compliance.rights.errors import AlreadyOnHold, NotOnHold, OnHold
from compliance.rights.holder import Holder, Tally
from compliance.rights.holds import Hold, Holding, Holds
from compliance.rights.terms import Keep, Kind, Term


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be asked of the holders. `by` is who acts; every deed is recorded under it.

    Raises `Unavailable` when something behind does not answer; any call may then be repeated.
    """

    holders: Sequence[Holder]
    holds: Holds
    terms: Mapping[Kind, Term]
    audit: AuditRecorder
    clock: Callable[[], datetime] = utc_now

    async def export(self, customer_key: str, by: str) -> dict[str, Sequence[Mapping[str, Any]]]:
        """Return everything that is held about a customer, by holder."""
        found = {holder.name: await holder.export(customer_key) for holder in self.holders}
        counts = {name: len(records) for name, records in found.items()}
        await self.audit.record("rights.exported", by, customer_key, counts)
        return found

    async def delete(self, customer_key: str, by: str, why: str) -> list[Tally]:
        """Delete what may be deleted about a customer; what the law keeps becomes stored only.

        Raises `OnHold` when the customer is on hold, `NotSettled` while a conversation is open or
        not archived yet: nothing has been deleted then.
        """
        keep = await self.keep()
        if customer_key in keep.holding.subjects:
            raise OnHold
        await self.audit.record("rights.delete_requested", by, customer_key, {"why": why})
        tallies = [await holder.erase(customer_key, keep) for holder in self.holders]
        data = {"why": why, "tallies": [asdict(tally) for tally in tallies]}
        await self.audit.record("rights.deleted", by, customer_key, data)
        return tallies

    async def hold(self, subject: str, by: str, why: str) -> Hold:
        """Put a customer or a conversation on hold.

        Raises `AlreadyOnHold` when another hold is there; the same one again is recorded once.
        """
        wanted = Hold(subject, by, why, self.clock())
        hold = await asyncio.to_thread(self.holds.place, wanted)
        if (hold.by, hold.why) != (by, why):
            raise AlreadyOnHold
        key = f"hold {hold.since.isoformat()}"
        await self.audit.record("rights.hold_placed", by, subject, {"why": why}, key=key)
        return hold

    async def release(self, subject: str, by: str, why: str) -> Hold:
        """Take a hold off; raises `NotOnHold`. It is recorded first: no hold goes in silence."""
        holds = await asyncio.to_thread(self.holds.all)
        hold = next((one for one in holds if one.subject == subject), None)
        if hold is None:
            raise NotOnHold
        since = hold.since.isoformat()
        data = {"why": why, "placed_by": hold.by, "since": since}
        key = f"release {since}"
        await self.audit.record("rights.hold_released", by, subject, data, key=key)
        await asyncio.to_thread(self.holds.release, subject)
        return hold

    async def purge(self, by: str, *, dry_run: bool = False) -> list[Tally]:
        """Delete whatever has had its term, or tell what that would be."""
        keep = await self.keep()
        tallies = [await holder.expire(keep, dry_run=dry_run) for holder in self.holders]
        gone = [asdict(tally) for tally in tallies if tally.deleted]
        if gone and not dry_run:
            await self.audit.record("retention.purged", by, "retention", {"tallies": gone})
        return tallies

    async def keep(self) -> Keep:
        """Return what must stay at this moment."""
        holding = Holding.of(await asyncio.to_thread(self.holds.all))
        return Keep(self.clock(), self.terms, holding)
