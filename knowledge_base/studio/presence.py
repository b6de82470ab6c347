"""Who has what open for editing in this process: the desk process is one, its sessions sticky."""

from __future__ import annotations

import time
from collections.abc import Callable

from knowledge_base.catalogue.revision import Person

STALE = 6.0
"""Seconds after the last beat until a tab no longer counts."""


class Presence:
    """Tabs beat while they edit; the others are told by name."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Keep nothing yet."""
        self._clock = clock
        self._tabs: dict[str, dict[str, tuple[Person, float]]] = {}

    def beat(self, item: str, tab: str, person: Person) -> None:
        """Note that a tab has an item open for editing."""
        self._tabs.setdefault(item, {})[tab] = (person, self._clock())

    def leave(self, item: str, tab: str) -> None:
        """Note that the tab has gone."""
        self._tabs.get(item, {}).pop(tab, None)

    def others(self, item: str, login: str) -> list[str]:
        """Return the names of the other people who have it open, in the order they came."""
        now = self._clock()
        tabs = self._tabs.get(item, {})
        for tab in [tab for tab, (_, at) in tabs.items() if now - at > STALE]:
            del tabs[tab]
        if not tabs:
            self._tabs.pop(item, None)
        names = [person.name for person, _ in tabs.values() if person.login != login]
        return list(dict.fromkeys(names))
