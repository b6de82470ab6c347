"""Which way a message goes is decided before what exactly it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

REST = ""
"""The route of every intent that no route names: a question for the knowledge base."""


class Routes:
    """Groups of intents that lead the customer the same way.

    A question spreads its probability over many neighbouring intents, a complaint has one; the
    likeliest single intent would therefore favour the coarse ones. And to miss somebody who
    needs a person costs more than a call too many, hence the weight of the alarms.
    """

    def __init__(
        self, routes: Mapping[str, Sequence[str]], alarms: Iterable[str], alarm_weight: float
    ) -> None:
        """Take `routes`, name to intents, and the names of those that count `alarm_weight` times.

        Raises:
            ValueError: an alarm is no route, an intent is in two, or the weight is not positive.
        """
        self._route = {intent: name for name, intents in routes.items() for intent in intents}
        self._weight = dict.fromkeys(alarms, alarm_weight)
        if unknown := set(self._weight) - set(routes):
            message = f"alarms that are no routes: {sorted(unknown)}"
            raise ValueError(message)
        if len(self._route) != sum(map(len, routes.values())):
            message = "an intent stands in two routes"
            raise ValueError(message)
        if alarm_weight <= 0:
            message = f"alarm_weight must be positive, not {alarm_weight}"
            raise ValueError(message)

    def rank(
        self, intents: Sequence[str], probabilities: Sequence[float]
    ) -> list[tuple[str, float]]:
        """Return all intents with their probabilities, the chosen one first, then descending.

        The chosen one's confidence is the probability of its whole route, unweighted.
        """
        total: defaultdict[str, float] = defaultdict(float)
        for intent, probability in zip(intents, probabilities, strict=True):
            total[self._of(intent)] += float(probability)
        best = max(total, key=lambda name: total[name] * self._weight.get(name, 1.0))
        ranked = sorted(
            zip(intents, map(float, probabilities), strict=True), key=lambda pair: -pair[1]
        )
        chosen = next(intent for intent, _ in ranked if self._of(intent) == best)
        rest = [pair for pair in ranked if pair[0] != chosen]
        return [(chosen, total[best]), *rest]

    def _of(self, intent: str) -> str:
        return self._route.get(intent, REST)
