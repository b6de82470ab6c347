"""Articles for what a customer has just said; the port to whatever searches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from conversation.message import SourceRef

SHOWN = 3
"""How many articles an agent is shown."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that may help. An `internal` one is for staff to read, never to be sent.

    `probability` is that of being the right one, 0 to 1; `categories` are the product
    categories that the article is about.
    """

    source: SourceRef
    text: str
    probability: float
    internal: bool = False
    categories: frozenset[str] = frozenset()


class Assist(Protocol):
    """Finds articles, those for staff only included."""

    async def suggest(self, question: str, limit: int = SHOWN) -> Sequence[Suggestion]:
        """Return the best articles, best first.

        Raises `Unavailable` when what is behind it does not answer.
        """


def quotes(said: str, suggestion: Suggestion) -> bool:
    """Return whether a text says an article word for word, and the article may be quoted."""
    return not suggestion.internal and suggestion.text.strip() in said
