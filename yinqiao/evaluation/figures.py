"""Counting what was routed right; intervals are Wilson's at 95 %."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from conversation.turn import Route
from yinqiao.evaluation.cases import Case

ROUTES = tuple(Route)
CONSULTATION = frozenset({Route.ANSWER, Route.CLARIFY})
"""A question back with the right article among its choices still leads to the answer."""
HANDOFFS = frozenset({Route.COMPLAINT, Route.TRANSACTION, Route.FRAUD, Route.HUMAN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case."""

    case: Case
    route: Route
    intent: str = ""
    confidence: float = 0.0
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the customer was led the right way."""
        expected = self.case.route
        return self.route == expected or {self.route, expected} <= CONSULTATION


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, and what a larger sample might show."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; 0 of nothing is 0."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval; everything is possible when nothing was counted."""
        if not self.of:
            return 0.0, 1.0
        found = binomtest(self.hits, self.of).proportion_ci(0.95, method="wilson")
        return float(found.low), float(found.high)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one system on one set."""

    outcomes: Sequence[Outcome]

    @property
    def right(self) -> Share:
        """Led the right way, of all."""
        return _share(self.outcomes, lambda o: o.right)

    def recall(self, route: Route) -> Share:
        """Led right, of those who should have gone this way."""
        return _share(self._expecting({route}), lambda o: o.right)

    def precision(self, route: Route) -> Share:
        """Led right, of those who were sent this way."""
        return _share([o for o in self.outcomes if o.route == route], lambda o: o.right)

    @property
    def answered(self) -> Share:
        """Answered at once, of the consultation that could have been."""
        return _share(self._expecting({Route.ANSWER}), lambda o: o.route is Route.ANSWER)

    @property
    def wrongly_handed_over(self) -> Share:
        """Consultation and guidance that was taken for a case for a person."""
        return _share(self._expecting(CONSULTATION), lambda o: o.route in HANDOFFS)

    @property
    def off_topic_answered(self) -> Share:
        """Off-topic utterances that got an article."""
        return _share(self._expecting({Route.REFUSE}), lambda o: o.route is Route.ANSWER)

    @property
    def intents(self) -> Share:
        """The right intent, where the set names one."""
        named = [o for o in self.outcomes if o.case.intent]
        return _share(named, lambda o: o.intent == o.case.intent)

    @property
    def misses(self) -> list[Outcome]:
        """Every case that went the wrong way."""
        return [o for o in self.outcomes if not o.right]

    @property
    def latency_ms(self) -> tuple[float, float]:
        """Median and 95th percentile of the time to the end of the turn, milliseconds."""
        seconds = [o.seconds for o in self.outcomes] or [0.0]
        median, slow = np.percentile(seconds, [50, 95]) * 1000.0
        return float(median), float(slow)

    def confusion(self) -> NDArray[np.int64]:
        """Return counts, shape (routes, routes): rows are right, columns what came of them."""
        counts = np.zeros((len(ROUTES), len(ROUTES)), dtype=np.int64)
        for outcome in self.outcomes:
            counts[ROUTES.index(outcome.case.route), ROUTES.index(outcome.route)] += 1
        return counts

    def _expecting(self, routes: Iterable[Route]) -> list[Outcome]:
        wanted = frozenset(routes)
        return [o for o in self.outcomes if o.case.route in wanted]


def _share(outcomes: Sequence[Outcome], hit: Callable[[Outcome], bool]) -> Share:
    return Share(sum(map(hit, outcomes)), len(outcomes))
