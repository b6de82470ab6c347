"""The in-memory double of the legal holds."""

from __future__ import annotations

from compliance.rights.holds import Hold


class MemoryHolds:
    """`Holds` in a dictionary."""

    def __init__(self) -> None:
        """Start without any."""
        self._held: dict[str, Hold] = {}

    def all(self) -> list[Hold]:
        """See `Holds.all`."""
        return sorted(self._held.values(), key=lambda hold: (hold.since, hold.subject))

    def place(self, hold: Hold) -> Hold:
        """See `Holds.place`."""
        return self._held.setdefault(hold.subject, hold)

    def release(self, subject: str) -> None:
        """See `Holds.release`."""
        self._held.pop(subject, None)
