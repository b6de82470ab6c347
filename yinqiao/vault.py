"""Encrypted copies of masked values in this installation: none unless the settings want them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import sqlalchemy as sa

from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from compliance.vault.errors import VaultOff
from compliance.vault.key_file import KeyFile
from compliance.vault.sql_copies import SqlCopies
from compliance.vault.unmasking import Unmasking
from compliance.vault.vault import Vault
from connectors.ingress import Keep
from conversation.ports import Accepted
from handoff.service import DeskService
from handoff.unmasking import DeskUnmasking
from yinqiao.settings import Settings


def open_vault(settings: Settings, records: sa.Engine) -> Vault:
    """Return the vault; raises `VaultOff` where none is wanted."""
    if not settings.vault:
        raise VaultOff
    keys = settings.vault_keys or settings.var / "secrets" / "vault.keys"
    return Vault(SqlCopies(records), KeyFile(keys))


def keeping(settings: Settings, records: sa.Engine, redactor: Redactor) -> Keep | None:
    """Return what keeps copies for the ways in; None where none are wanted."""
    if not settings.vault:
        return None
    return _Keeping(open_vault(settings, records), redactor)


def unmasking(settings: Settings, records: sa.Engine, audit: AuditRecorder) -> Unmasking:
    """Return what shows masked values; raises `VaultOff`."""
    return Unmasking(open_vault(settings, records), audit)


def desk_unmasking(
    settings: Settings, records: sa.Engine, audit: AuditRecorder, desk: DeskService
) -> DeskUnmasking | None:
    """Return what shows masked values at the desk; None where no copies are wanted."""
    if not settings.vault:
        return None
    return DeskUnmasking(desk, unmasking(settings, records, audit))


@dataclass(frozen=True, slots=True)
class _Keeping:
    vault: Vault
    redactor: Redactor

    async def __call__(self, accepted: Accepted, raw: str) -> None:
        taken = self.redactor.redact(raw).taken
        await asyncio.to_thread(
            self.vault.keep, accepted.conversation_id, accepted.message_id, taken
        )
