"""Showing a masked value to somebody: with a reason, and never without a record in the chain."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.recorder import AuditRecorder
from compliance.redaction import Taken
from compliance.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Unmasking:
    """Opens the vault for persons; who may be one is decided where they are known."""

    vault: Vault
    audit: AuditRecorder

    async def unmask(
        self, conversation: str, message: str, by: str, reason: str
    ) -> Sequence[Taken]:
        """Return the values that were masked in a message, once it is recorded who sees them.

        Raises ValueError without a reason, `NothingKept`, `KeyLost`, `VaultUnavailable`,
        `AuditUnavailable`: nothing is shown then.
        """
        if not reason.strip():
            why = "unmasking needs a reason"
            raise ValueError(why)
        taken = await asyncio.to_thread(self.vault.open, conversation, message)
        kinds = [one.kind for one in taken]
        data = {"message": message, "kinds": kinds, "why": reason.strip()}
        await self.audit.record("vault.unmasked", by, conversation, data)
        return taken

    async def renew_key(self, by: str) -> int:
        """Seal every copy with a new key; returns how many. Raises as `Vault.renew_key`."""
        count = await asyncio.to_thread(self.vault.renew_key)
        await self.audit.record("vault.key_renewed", by, "vault", {"copies": count})
        return count
