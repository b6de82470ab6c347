"""What this room asks of the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Audit(Protocol):
    """Takes what staff did; whatever it raises stops the deed that was to be recorded."""

    async def record(self, kind: str, actor: str, subject: str, data: Mapping[str, object]) -> None:
        """Append one record: `actor` (a login) did `kind` to `subject` (a conversation, …)."""
