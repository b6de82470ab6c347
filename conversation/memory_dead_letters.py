"""The in-memory double of the dead letters."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from conversation.dead_letters import Letter


class MemoryDeadLetters:
    """`DeadLetters` in a dictionary."""

    def __init__(self, letters: Iterable[Letter] = ()) -> None:
        """Hold these, the oldest first."""
        self._held = {letter.id: letter for letter in letters}

    async def all(self) -> list[Letter]:
        """See `DeadLetters.all`."""
        return list(self._held.values())

    async def remove(self, ids: Collection[str]) -> None:
        """See `DeadLetters.remove`."""
        for one in ids:
            self._held.pop(one, None)
