"""`Announcer` and `Announcements` within one process."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge_base.publication.ports import Serving


class MemoryAnnouncer:
    """Tells the replicas of its own process; its threads and loops may share it."""

    def __init__(self) -> None:
        """Start with no replica."""
        self._lock = threading.Lock()
        self._serving: dict[str, Serving] = {}
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self.announced: list[str] = []

    def announce(self, snapshot: str) -> None:
        """See `Announcer.announce`."""
        with self._lock:
            self.announced.append(snapshot)
            waiting = tuple(self._waiting)
        for loop, event in waiting:
            loop.call_soon_threadsafe(event.set)

    def serving(self) -> list[Serving]:
        """See `Announcer.serving`."""
        with self._lock:
            return [self._serving[name] for name in sorted(self._serving)]

    async def wait(self, seconds: float) -> None:
        """See `Announcements.wait`."""
        entry = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._waiting.add(entry)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await entry[1].wait()
        finally:
            with self._lock:
                self._waiting.discard(entry)

    async def register(self, serving: Serving) -> None:
        """See `Announcements.register`."""
        with self._lock:
            self._serving[serving.replica] = serving
