"""What each process that searches runs: it takes up a new snapshot as soon as it is announced."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from knowledge_base.errors import SnapshotError
from knowledge_base.publication.ports import Serving

if TYPE_CHECKING:
    from knowledge_base.publication.ports import Announcements
    from knowledge_base.retrieval.search import Searcher

POLL = 0.5
"""Seconds between looks at the pointer file when no announcement comes."""


class Replica:
    """Keeps a searcher up to date and says what it serves.

    Loading happens in a thread while questions go on being answered from the old snapshot. A
    snapshot that cannot be loaded leaves the old one serving, and the register says why.
    """

    def __init__(
        self, name: str, searcher: Searcher, announcements: Announcements, *, poll: float = POLL
    ) -> None:
        """`name` is unique among the processes, as host and process id are."""
        self.name = name
        self._searcher = searcher
        self._announcements = announcements
        self._poll = poll

    async def run(self) -> None:
        """Take up and register until cancelled."""
        while True:
            await self.take_up()
            await self._announcements.wait(self._poll)

    async def take_up(self) -> Serving:
        """Load what is in service, unless it is loaded already, and register it."""
        try:
            snapshot = (await asyncio.to_thread(lambda: self._searcher.snapshot)).name
            error = self._searcher.last_error
        except SnapshotError as failure:
            snapshot, error = "", failure
        serving = Serving(self.name, snapshot, error.code if error else "")
        await self._announcements.register(serving)
        return serving
