"""What is kept about unanswered questions: agents' proposals and editors' marks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.rights.holder import Tally
from compliance.rights.terms import Keep, Kind
from conversation.errors import ArchiveUnavailable
from knowledge_base.unanswered.errors import UnansweredUnavailable
from knowledge_base.unanswered.proposals import Proposal
from knowledge_base.unanswered.store import UnansweredStore


@dataclass(frozen=True, slots=True)
class UnansweredHolder:
    """Proposals quote a customer's question; marks hold hashes of wordings and name nobody."""

    store: UnansweredStore
    name: str = "unanswered"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`."""
        return [
            {"id": one.id, "at": one.at.isoformat(), "question": one.question, "answer": one.answer}
            for one in reversed(await self._of(customer_key))
        ]

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """See `Holder.erase`; no law asks for a proposal."""
        return await self._drop(await self._of(customer_key), keep, dry_run=False)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`."""
        before = keep.term_began(Kind.UNANSWERED)
        due = [one for one in await self._all() if one.at < before]
        proposals = await self._drop(due, keep, dry_run=dry_run)
        with _reachable():
            marks = await asyncio.to_thread(self._drop_marks, before, dry_run=dry_run)
        return Tally(self.name, deleted=proposals.deleted + marks, held=proposals.held)

    def _drop_marks(self, before: datetime, *, dry_run: bool) -> int:
        due = [one.id for one in self.store.marks() if one.at < before]
        for mark in [] if dry_run else due:
            self.store.drop_mark(mark)
        return len(due)

    async def _drop(self, proposals: Sequence[Proposal], keep: Keep, *, dry_run: bool) -> Tally:
        going = [one.id for one in proposals if not _held(one, keep)]
        if not dry_run:
            with _reachable():
                await asyncio.to_thread(self.store.drop_proposals, going)
        return Tally(self.name, deleted=len(going), held=len(proposals) - len(going))

    async def _of(self, customer_key: str) -> list[Proposal]:
        start = f"{customer_key}-"
        return [one for one in await self._all() if one.conversation_id.startswith(start)]

    async def _all(self) -> list[Proposal]:
        with _reachable():
            return await asyncio.to_thread(self.store.proposals, None)


def _held(proposal: Proposal, keep: Keep) -> bool:
    return bool(proposal.conversation_id) and keep.held(proposal.conversation_id)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except UnansweredUnavailable as error:
        raise ArchiveUnavailable from error
