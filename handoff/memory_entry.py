"""What `MemoryHandoffQueue` keeps of one conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from handoff.queue import Claim


@dataclass(slots=True)
class Entry:
    """A conversation in the book: it waits, is claimed (or offered), or was served."""

    epoch: int
    group: str
    priority: int
    arrival: int
    score: int
    reason: str
    since: datetime
    trigger: str
    channel: str
    served: bool = False
    claim: Claim | None = None

    @property
    def waits(self) -> bool:
        """Whether it stands in line."""
        return not self.served and self.claim is None

    @property
    def waiting_or_offered(self) -> bool:
        """Whether no agent has said yes to it yet."""
        return self.waits or (self.claim is not None and self.claim.offered)
