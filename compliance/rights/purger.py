"""Runs the purge every day in the running system."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

from compliance.rights.service import Rights
from conversation.errors import Unavailable

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Purger:
    """Any number of them may run side by side: what one deleted the other does not find."""

    rights: Rights
    every: timedelta = timedelta(days=1)
    again: timedelta = timedelta(minutes=10)
    """How soon it is tried again when something did not answer."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def run(self) -> None:
        """Purge until cancelled, first at once."""
        while True:
            pause = self.every
            try:
                tallies = await self.rights.purge("system")
                for tally in tallies:
                    if tally.deleted:
                        _LOG.info("purged", extra=asdict(tally))
            except Unavailable as error:
                _LOG.warning("purge postponed", extra={"reason": error.code})
                pause = self.again
            except Exception:  # noqa: BLE001 - whatever it is, the next day comes
                _LOG.exception("the purge failed")
            await self.sleep(pause.total_seconds())
