"""What content staff decided about a cluster, and how it survives that clusters change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from knowledge_base.unanswered.clusters import Cluster, digest

SHARED = 0.5
"""A mark holds for a cluster when it knew this part of its wordings that had been asked by then.

So what is asked later joins what was decided, and one marked wording decides about no others.
"""


class Status(StrEnum):
    """`dismissed`: nothing shall be done about it; `done`: a text was written for it."""

    OPEN = "open"
    DISMISSED = "dismissed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Mark:
    """A decision about the cluster `id`, known by its wordings' keys when it was made."""

    id: str
    status: Status
    by: str
    at: datetime
    keys: frozenset[str]
    note: str = ""
    article: str = ""
    """The article that was written or amended."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A cluster with the decision that holds for it."""

    cluster: Cluster
    mark: Mark | None = None

    @property
    def status(self) -> Status:
        """What was decided."""
        return self.mark.status if self.mark else Status.OPEN

    @property
    def again(self) -> int:
        """How often it was asked in vain since the decision."""
        if self.mark is None:
            return 0
        return sum(one.at > self.mark.at for one in self.cluster.asked)

    @property
    def needs_attention(self) -> bool:
        """Open, or done and yet asked in vain again: then the text does not serve."""
        return self.status is Status.OPEN or (self.status is Status.DONE and self.again > 0)


def with_marks(clusters: Sequence[Cluster], marks: Iterable[Mark]) -> list[Marked]:
    """Return the clusters, in order, each with the mark that shares most wordings with it.

    A marked cluster takes its mark's id, so that links to it stay good; when a cluster has fallen
    apart, the mark holds for each part, and the part that shares most takes the id.
    """
    held = list(marks)
    chosen = [_closest(cluster, held) for cluster in clusters]
    heirs = _heirs(clusters, chosen)
    taken = {mark.id for mark in held}
    return [
        Marked(replace(cluster, id=heirs.get(number) or _own_id(cluster, taken)), mark)
        for number, (cluster, mark) in enumerate(zip(clusters, chosen, strict=True))
    ]


def _closest(cluster: Cluster, marks: Sequence[Mark]) -> Mark | None:
    shared = [(len(cluster.keys & mark.keys), mark) for mark in marks]
    enough = [
        (number, mark)
        for number, mark in shared
        if number and number >= SHARED * _asked_by(cluster, mark.at)
    ]
    return max(enough, key=lambda pair: (pair[0], pair[1].at))[1] if enough else None


def _asked_by(cluster: Cluster, at: datetime) -> int:
    """Return how many of the wordings had been asked by then."""
    return sum(wording.asked[0].at <= at for wording in cluster.wordings)


def _heirs(clusters: Sequence[Cluster], chosen: Sequence[Mark | None]) -> dict[int, str]:
    """Return the number of a cluster that takes a mark's id → that id."""
    best: dict[str, tuple[int, int]] = {}
    for number, (cluster, mark) in enumerate(zip(clusters, chosen, strict=True)):
        if mark is not None:
            rank = (len(cluster.keys & mark.keys), -number)
            best[mark.id] = max(best.get(mark.id, rank), rank)
    return {-number: identifier for identifier, (_, number) in best.items()}


def _own_id(cluster: Cluster, taken: Collection[str]) -> str:
    """Return its id, or another one when a mark has it that holds for other wordings now."""
    return digest(f"part of {cluster.id}") if cluster.id in taken else cluster.id
