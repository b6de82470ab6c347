"""Masked values of a conversation shown to an agent: by right, for a reason, recorded first.

Only where the institution keeps sealed copies, only to an account that has the right by name (an
admin has it no more than anybody), and only in a conversation that the account serves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from compliance.redaction import Taken
from compliance.vault.unmasking import Unmasking
from handoff.accounts import Account, Role
from handoff.errors import NotAllowed
from handoff.service import DeskService


@dataclass(frozen=True, slots=True)
class Masked:
    """A message of which masked values could be shown, and of what kinds they are."""

    message: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskUnmasking:
    """Both deeds raise `NotAllowed`, `OwnerChanged` or `Closed`, and `VaultUnavailable`."""

    desk: DeskService
    unmasking: Unmasking

    async def masked(self, account: Account, conversation_id: str) -> list[Masked]:
        """Return the messages with sealed values, in the order of the log; opens none."""
        await self._allowed(account, conversation_id)
        kept = await asyncio.to_thread(self.unmasking.vault.kept, conversation_id)
        kinds: dict[str, list[str]] = {}
        for copy in kept:
            kinds.setdefault(copy.message, []).append(copy.kind)
        return [Masked(message, tuple(dict.fromkeys(of))) for message, of in kinds.items()]

    async def show(
        self, account: Account, conversation_id: str, message: str, reason: str
    ) -> Sequence[Taken]:
        """Return the values of a message, once it is recorded who sees them, and why.

        Raises `NothingKept`, `KeyLost`, `AuditUnavailable`, ValueError without a reason: nothing
        is shown then.
        """
        await self._allowed(account, conversation_id)
        why = self.desk.redact(reason.strip())
        return await self.unmasking.unmask(conversation_id, message, account.login, why)

    async def _allowed(self, account: Account, conversation_id: str) -> None:
        if not may_unmask(account):
            raise NotAllowed
        await self.desk.owned(account, conversation_id)


def may_unmask(account: Account) -> bool:
    """Return whether the account was given the right itself."""
    return not account.disabled and Role.UNMASK in account.roles
