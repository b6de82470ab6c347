"""The daily purge: it goes on whatever happens, and comes back sooner when something was away."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from compliance.recorder import AuditRecorder
from compliance.rights.holder import Tally
from compliance.rights.memory_holds import MemoryHolds
from compliance.rights.purger import Purger
from compliance.rights.service import Rights
from compliance.rights.terms import Keep, Kind, Term
from conversation.errors import StoreUnavailable
from tests.unit.compliance.test_recorder import Kept

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DAY, SOON = timedelta(days=1).total_seconds(), timedelta(minutes=10).total_seconds()


@dataclass
class Shelf:
    """Has so many old records; fails as often as it is told to."""

    due: int = 0
    failures: list[Exception] = field(default_factory=list)
    name: str = "shelf"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """Export."""
        return [{"of": customer_key}]

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """Erase."""
        raise NotImplementedError(customer_key, keep)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """Expire."""
        assert not dry_run
        assert keep.now == NOW
        if self.failures:
            raise self.failures.pop(0)
        gone, self.due = self.due, 0
        return Tally(self.name, deleted=gone)


@dataclass
class Nights:
    """Counts the pauses, and ends the purger after some of them."""

    least: int
    pauses: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        """Sleep through it."""
        self.pauses.append(seconds)
        if len(self.pauses) == self.least:
            raise asyncio.CancelledError


async def purge(shelf: Shelf, times: int) -> tuple[list[float], Kept]:
    chain, nights = Kept(), Nights(times)
    terms = {kind: Term(1) for kind in Kind}
    rights = Rights([shelf], MemoryHolds(), terms, AuditRecorder(chain), lambda: NOW)
    with pytest.raises(asyncio.CancelledError):
        await Purger(rights, sleep=nights.sleep).run()
    return nights.pauses, chain


async def test_it_purges_at_once_and_then_every_day_and_records_only_what_went() -> None:
    pauses, chain = await purge(Shelf(due=3), 3)
    assert pauses == [DAY] * 3
    (entry,) = chain.entries
    assert (entry.kind, entry.actor) == ("retention.purged", "system")
    assert entry.data["tallies"] == [{"holder": "shelf", "deleted": 3, "restricted": 0, "held": 0}]


async def test_it_comes_back_soon_when_something_was_away() -> None:
    shelf = Shelf(due=2, failures=[StoreUnavailable(), StoreUnavailable()])
    pauses, chain = await purge(shelf, 3)
    assert pauses == [SOON, SOON, DAY]
    assert [entry.kind for entry in chain.entries] == ["retention.purged"]
    assert shelf.due == 0


async def test_no_error_ends_it(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf(due=1, failures=[ValueError("boom")])
    pauses, _ = await purge(shelf, 2)
    assert pauses == [DAY, DAY]
    assert shelf.due == 0
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "the purge failed"
    ]
