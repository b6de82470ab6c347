"""Unanswered questions as content staff work on them. Synchronous: pages call it in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from knowledge_base.unanswered.asked import AskedSource
from knowledge_base.unanswered.clusters import NEWEST, Cluster, Clusterer
from knowledge_base.unanswered.marks import Mark, Marked, Status, with_marks
from knowledge_base.unanswered.store import UnansweredStore

LOOK_BACK = timedelta(days=90)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Lists clusters with what was decided about them, and takes decisions."""

    source: AskedSource
    clusterer: Clusterer
    store: UnansweredStore
    clock: Callable[[], datetime] = _utc_now

    def clusters(self, look_back: timedelta = LOOK_BACK) -> list[Marked]:
        """Return the clusters of the questions of this time, the most frequent first.

        Raises `UnansweredUnavailable`, and what the encoder and the search raise.
        """
        asked = self.source.since(self.clock() - look_back, NEWEST)
        return with_marks(self.clusterer.clusters(asked), self.store.marks())

    def decide(
        self, cluster: Cluster, status: Status, by: str, *, note: str = "", article: str = ""
    ) -> None:
        """Dismiss a cluster, call it done (by `article`), or open it again."""
        if status is Status.OPEN:
            self.store.drop_mark(cluster.id)
            return
        earlier = [mark.keys for mark in self.store.marks() if mark.id == cluster.id]
        keys = cluster.keys.union(*earlier)
        self.store.put_mark(Mark(cluster.id, status, by, self.clock(), keys, note, article))
