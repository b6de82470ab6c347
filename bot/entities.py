"""The terms of a message as entities: products, amounts, dates, card tails, numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from language.terms import find_terms


def entities_of(text: str, today: date | None = None) -> tuple[dict[str, Any], ...]:
    """Return the entities of `text` in Rasa's shape.

    `today` is the bank's day that 昨天 is counted from.
    `value` is what a person reads, the words in normal form; `normal` is what a program needs:
    a category id, a number, an ISO date or digits, None where the words do not settle it.
    """
    return tuple(
        {
            "entity": term.kind,
            "value": term.text,
            "normal": term.value,
            "start": term.start,
            "end": term.end,
        }
        for term in find_terms(text, today=today)
    )
