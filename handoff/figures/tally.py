"""Numbers about many numbers; None says that there is nothing to count."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share in [0, 1]."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Spread:
    """The median (mean of the middle two), the 90th percentile (nearest rank), and how many."""

    median: timedelta | None
    p90: timedelta | None
    of: int


def share(truths: Iterable[bool]) -> Share:
    """Return how many of all are true."""
    each = list(truths)
    return Share(sum(each), len(each))


def spread(spans: Sequence[timedelta]) -> Spread:
    """Return how long things took."""
    if not spans:
        return Spread(None, None, 0)
    ordered = sorted(spans)
    rank = math.ceil(0.9 * len(ordered))
    seconds = statistics.median(span.total_seconds() for span in ordered)
    return Spread(timedelta(seconds=seconds), ordered[rank - 1], len(ordered))


def mean(values: Sequence[float]) -> float | None:
    """Return the mean."""
    return statistics.fmean(values) if values else None
