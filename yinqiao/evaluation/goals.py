"""What the routing has to reach on utterances it has never seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conversation.turn import Route
from yinqiao.evaluation.figures import Figures, Share


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and its limit: at least, or at most."""

    title: str
    measure: Callable[[Figures], Share]
    limit: float
    at_most: bool = False

    def met(self, figures: Figures) -> bool:
        """Whether the measured share itself, not its interval, keeps the limit."""
        value = self.measure(figures).value
        return value <= self.limit if self.at_most else value >= self.limit

    @property
    def wanted(self) -> str:
        """The limit as it is printed."""
        return f"{'≤' if self.at_most else '≥'} {self.limit:.0%}"


GOALS = (
    Goal("led the right way", lambda f: f.right, 0.96),
    Goal("complaints recognised", lambda f: f.recall(Route.COMPLAINT), 0.99),
    Goal("fraud recognised", lambda f: f.recall(Route.FRAUD), 0.99),
    Goal("wish for a person recognised", lambda f: f.recall(Route.HUMAN), 0.99),
    Goal("transactions recognised", lambda f: f.recall(Route.TRANSACTION), 0.97),
    Goal("consultation wrongly handed over", lambda f: f.wrongly_handed_over, 0.02, at_most=True),
    Goal("off-topic answered", lambda f: f.off_topic_answered, 0.01, at_most=True),
)
