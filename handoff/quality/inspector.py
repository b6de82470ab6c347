"""Inspects whatever is archived and not yet inspected."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.clock import utc_now
from conversation.archive import Archive
from conversation.errors import Unavailable
from handoff.quality.inspection import Inspection
from handoff.quality.scorer import Scorer
from handoff.quality.store import InspectionStore

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inspector:
    """Any number may run: what is to be done stands in the records, and is done once.

    A conversation is inspected after it was archived, so whatever dies meanwhile, the next sweep
    finds it. One that cannot be inspected is logged, and holds up nobody.
    """

    archive: Archive
    store: InspectionStore
    scorer: Scorer
    clock: Callable[[], datetime] = utc_now
    every: timedelta = timedelta(seconds=30)
    batch: int = 100
    fell_short: Callable[[Inspection], None] | None = None
    """Asks for a remedy, once, before a low score is kept; blocking, raises `Unavailable`."""

    async def run(self) -> None:
        """Inspect until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.sweep)
            except Unavailable as error:
                _LOG.warning("inspection postponed", extra={"reason": error.code})
            await asyncio.sleep(self.every.total_seconds())

    def sweep(self) -> int:
        """Inspect everything that waits; returns how many were. Raises `Unavailable`."""
        since = self.clock() - timedelta(days=self.scorer.standard.look_back_days)
        done, failed = 0, set[str]()
        while True:
            due = self.store.waiting(since, self.batch + len(failed))
            fresh = [one for one in due if one not in failed]
            if not fresh:
                return done
            for conversation in fresh:
                if self._inspect(conversation):
                    done += 1
                else:
                    failed.add(conversation)

    def _inspect(self, conversation: str) -> bool:
        try:
            archived = self.archive.get(conversation)
            if archived is None:
                return False
            inspection = self.scorer.inspect(archived, self.clock())
            if self.fell_short and self.scorer.standard.is_low(inspection.score):
                self.fell_short(inspection)
            return self.store.add(inspection)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the others are inspected
            _LOG.exception("not inspected", extra={"conversation": conversation})
            return False
