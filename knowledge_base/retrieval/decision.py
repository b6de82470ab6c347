"""What to do with a ranking: answer, ask back, or refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge_base.retrieval.calibration import Thresholds

Decision = Literal["answer", "clarify", "refuse"]

LEAST_OPTIONS = 2


def decide(probability: float, thresholds: Thresholds) -> Decision:
    """Turn the calibrated probability of the first article into a decision."""
    if probability >= thresholds.answer:
        return "answer"
    return "clarify" if probability >= thresholds.clarify else "refuse"


def sharing(key: str, articles: Iterable[int], keys_of: Sequence[Sequence[str]]) -> list[int]:
    """Return those of `articles` that have a wording containing `key`, in the given order.

    `key` and `keys_of[article]` are `compact` texts. A bare term (“利息”) that several articles
    contain does not say which of them is meant, however similar one wording is.
    """
    return [number for number in articles if any(key in text for text in keys_of[number])]
