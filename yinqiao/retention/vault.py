"""What the vault holds of a customer: sealed copies of masked values."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.rights.holder import Tally
from compliance.rights.terms import Keep, Kind
from compliance.vault.copies import Copies, Copy


@dataclass(frozen=True, slots=True)
class VaultHolder:
    """Copies from when they were wanted, whether or not they still are; no law asks for them."""

    copies: Copies
    name: str = "vault"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`: what sort of values is kept, and of which conversation.

        They stay sealed: the customer knows them, and masking is there to prevent files of them.
        """
        held = await asyncio.to_thread(self.copies.of_customer, customer_key)
        return [
            {"at": one.at.isoformat(), "conversation": one.conversation, "kind": one.kind}
            for one in held
        ]

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """See `Holder.erase`."""
        held = await asyncio.to_thread(self.copies.of_customer, customer_key)
        return await self._delete(held, keep, dry_run=False)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`."""
        due = await asyncio.to_thread(self.copies.before, keep.term_began(Kind.VAULT))
        return await self._delete(due, keep, dry_run=dry_run)

    async def _delete(self, copies: Sequence[Copy], keep: Keep, *, dry_run: bool) -> Tally:
        going = [one for one in copies if not keep.held(one.conversation)]
        if not dry_run:
            await asyncio.to_thread(self.copies.delete, going)
        return Tally(self.name, deleted=len(going), held=len(copies) - len(going))
