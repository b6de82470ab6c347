"""Publishing by itself: approved revisions whose day has come.

Expiry needs no publication: search hides an article by its dates, at midnight where the bank is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.ports import Audit
from knowledge_base.catalogue.revision import Person, Pin, Publication
from knowledge_base.errors import KnowledgeError
from knowledge_base.publication.errors import GotWorse
from knowledge_base.publication.publisher import Publisher
from knowledge_base.retrieval.build import silent
from knowledge_base.retrieval.search import BANK_ZONE

SCHEDULER = Person("scheduler", "定时发布", may_review=True)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Revisions whose day has come but that a person must publish, and why."""

    items: tuple[str, ...]
    why: str
    error: KnowledgeError


class Schedule:
    """What a timer calls; one call at a time."""

    def __init__(self, catalogue: Catalogue, publisher: Publisher, audit: Audit) -> None:
        """Publish through `publisher`."""
        self._catalogue = catalogue
        self._publisher = publisher
        self._audit = audit
        self._tried: frozenset[tuple[Pin, int]] = frozenset()
        self.waiting: Waiting | None = None
        """What waits for a person since the last call."""

    def due(
        self, now: datetime, progress: Callable[[str], None] = silent
    ) -> Publication | Waiting | None:
        """Publish what was approved for a day that has come; `now` is an aware time.

        Approved revisions without a day wait for the next publication by a person. When the
        regression set gets worse, or the content does not fit together, nothing is published; the
        same revisions are not tried again by themselves.
        """
        self._publisher.mend()
        day = now.astimezone(BANK_ZONE).date()
        ready = [one for one in self._catalogue.due(day) if one.publish_on is not None]
        pins = frozenset((one.pin, one.version) for one in ready)
        if not ready:
            self.waiting, self._tried = None, pins
            return None
        if self.waiting is not None and pins == self._tried:
            return self.waiting
        items = tuple(sorted(one.item for one in ready))
        try:
            candidate = self._publisher.prepare(day, progress, frozenset(items))
            publication = self._publisher.release(candidate, SCHEDULER)
        except KnowledgeError as error:
            self._tried = pins
            self.waiting = self._said(items, error)
            return self.waiting
        self.waiting, self._tried = None, frozenset()
        return publication

    def _said(self, items: tuple[str, ...], error: KnowledgeError) -> Waiting:
        why = "\n".join(error.report.worse_in_words) if isinstance(error, GotWorse) else str(error)
        details = {"error": error.code, "why": why}
        self._audit.record("publication.waits", SCHEDULER.login, " ".join(items), details)
        return Waiting(items, why, error)
