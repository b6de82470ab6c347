"""What is asked of the outside: the questions that went wrong, and the articles near them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """How a question went wrong.

    `clarified_in_vain`: asked back, and then the customer chose none, asked for a person or asked
    again. `bot_not_able`: the question made the bot call a person.
    """

    REFUSED = "refused"
    CLARIFIED_IN_VAIN = "clarified_in_vain"
    BOT_NOT_ABLE = "bot_not_able"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that got no answer; `text` is redacted."""

    text: str
    conversation_id: str
    at: datetime
    outcome: Outcome


class AskedSource(Protocol):
    """Where the questions come from. Raises `UnansweredUnavailable` when it is down."""

    def since(self, at: datetime, limit: int) -> Iterable[Asked]:
        """Return the newest `limit` questions that were asked at or after `at`."""


@dataclass(frozen=True, slots=True)
class NearestArticle:
    """The article that is most like a question; `score` is a probability in [0, 1]."""

    article_id: str
    title: str
    score: float


class NearestArticles(Protocol):
    """Search in the published knowledge base. Raises what the search raises when it is down."""

    def nearest(self, texts: Sequence[str]) -> list[NearestArticle | None]:
        """Return the nearest article of each text; None where nothing is like it."""
