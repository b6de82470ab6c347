"""Looking after many things at once: one task each, started at once or in the next round."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from connectors.wechat.errors import ApiError, HoldLost
from conversation.errors import Busy, Unavailable

_LOG = logging.getLogger(__name__)
_PATIENCE = 0.2


@dataclass(slots=True)
class Rounds:
    """Runs `work` for a name; `names` tells what is left to do, whoever began it."""

    names: Callable[[], Awaitable[Iterable[str]]]
    work: Callable[[str], Awaitable[None]]
    seconds: float = 2.0
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Look around until cancelled; what is under way is ended then."""
        try:
            while not _is_cancelled():
                with contextlib.suppress(Unavailable):
                    for name in await self.names():
                        self.attend(name)
                await asyncio.sleep(self.seconds)
        finally:
            await self._stop()

    async def _stop(self) -> None:
        """End all work. redis-py may lose a cancellation on 3.11, so it is repeated."""
        while tasks := set(self._running.values()):
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=_PATIENCE)

    def attend(self, name: str) -> None:
        """Work on this unless this process does so already."""
        if name not in self._running:
            task = asyncio.create_task(self._work(name))
            self._running[name] = task
            task.add_done_callback(lambda _: self._running.pop(name, None))

    async def _work(self, name: str) -> None:
        try:
            await self.work(name)
        except (HoldLost, ApiError, Busy, Unavailable):
            pass  # the next round goes on from what is stored
        except Exception:  # noqa: BLE001 - one customer's trouble must not stop the others
            _LOG.exception("WeChat work failed")


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
