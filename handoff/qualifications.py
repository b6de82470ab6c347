"""What an agent must have passed to serve some customers: funds and insurance are licensed work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Qualification:
    """One agent's certificate of a kind, good up to and including a day in the bank's zone."""

    kind: str
    until: date

    def covers(self, kind: str, day: date) -> bool:
        """Return whether this lets its holder serve what needs `kind` on a day."""
        return self.kind == kind and day <= self.until
