"""What a handoff is about: product categories, as the gate's own finder sees them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compliance.categories import CategoryFinder
from conversation.conversation import Reason

if TYPE_CHECKING:
    from conversation.conversation import Conversation

_REMEMBERED = 4096


def subjects_of(conversation: Conversation) -> frozenset[str]:
    """Return the categories that a conversation waits about; none when it names no product.

    The customer's last words come first: intent, entities, text. Who only asks for a person is
    waiting about what was spoken of before, which the notices given here tell.
    """
    handoff = conversation.handoff
    if handoff is None:
        return frozenset()
    finder = _finder()
    named = finder.of_intent(handoff.intent) | finder.of_entities(handoff.entities)
    named |= _in_text(handoff.trigger)
    if not named and handoff.reason is Reason.HUMAN:
        return frozenset(conversation.notices)
    return named


@cache
def _finder() -> CategoryFinder:
    return CategoryFinder.load()


# Customers ask for a person in the same few words all day.
@lru_cache(maxsize=_REMEMBERED)
def _in_text(text: str) -> frozenset[str]:
    return _finder().in_text(text)
