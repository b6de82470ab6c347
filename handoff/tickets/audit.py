"""What tickets ask of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class KeyedAudit(Protocol):
    """As `handoff.audit.Audit`, for what may be recorded again: a (subject, key) counts once."""

    async def record(
        self,
        kind: str,
        actor: str,
        subject: str,
        data: Mapping[str, object],
        *,
        key: str | None = None,
    ) -> None:
        """Append one record unless the trail has it; raises `Unavailable`."""
