"""What is kept about the quality of conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.rights.holder import Tally
from compliance.rights.terms import Keep, Kind
from conversation.archive import Period
from handoff.quality.inspection import Inspection
from handoff.quality.store import InspectionStore


@dataclass(frozen=True, slots=True)
class InspectionsHolder:
    """Inspections have the term of conversations; no law asks for them.

    They are about the agent's work: a customer is told that a conversation was inspected, when,
    and with what score, and nothing of the agent.
    """

    store: InspectionStore
    name: str = "inspections"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`."""
        held = await asyncio.to_thread(self.store.of_customer, customer_key)
        return [
            {"conversation": one.conversation, "at": one.at.isoformat(), "score": one.score}
            for one in held
        ]

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """See `Holder.erase`."""
        held = await asyncio.to_thread(self.store.of_customer, customer_key)
        return await self._drop(held, keep, dry_run=False)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`."""
        period = Period(end=keep.term_began(Kind.CONVERSATIONS))
        held = await asyncio.to_thread(self.store.find, period)
        return await self._drop(held, keep, dry_run=dry_run)

    async def _drop(self, held: Sequence[Inspection], keep: Keep, *, dry_run: bool) -> Tally:
        going = [one.conversation for one in held if not keep.held(one.conversation)]
        if not dry_run:
            await asyncio.to_thread(self.store.remove, going)
        return Tally(self.name, deleted=len(going), held=len(held) - len(going))
