"""Who was given an answer that is no longer right."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Given:
    """An article that was quoted to a customer, whose id comes masked."""

    conversation_id: str
    customer: str
    at: datetime
    revision: str
    """`Article.revision`: 10 hex digits of what was quoted, values included."""


class GivenAnswers(Protocol):
    """What customers were given. Raises `UnansweredUnavailable` when it is down."""

    def given(self, article_id: str) -> Iterable[Given]:
        """Return every time an article was quoted."""


@dataclass(frozen=True, slots=True)
class Misinformed:
    """A conversation that was given superseded answers."""

    conversation_id: str
    customer: str
    first: datetime
    last: datetime
    revisions: tuple[str, ...]
    """In the order in which they were given."""


def given_any_of(
    source: GivenAnswers, article_id: str, wrong: Collection[str]
) -> list[Misinformed]:
    """Return the conversations that were given one of these revisions, the latest first."""
    return _by_conversation(one for one in source.given(article_id) if one.revision in wrong)


def given_other_than(
    source: GivenAnswers, article_id: str, right: Collection[str]
) -> list[Misinformed]:
    """Return the conversations that were given any revision but these, the latest first."""
    return _by_conversation(one for one in source.given(article_id) if one.revision not in right)


def _by_conversation(given: Iterable[Given]) -> list[Misinformed]:
    ordered = sorted(given, key=lambda one: (one.conversation_id, one.at))
    found = [
        _misinformed(list(ones))
        for _, ones in itertools.groupby(ordered, key=lambda one: one.conversation_id)
    ]
    return sorted(found, key=lambda one: (one.last, one.conversation_id), reverse=True)


def _misinformed(ones: list[Given]) -> Misinformed:
    revisions = tuple(dict.fromkeys(one.revision for one in ones))
    return Misinformed(
        ones[0].conversation_id, ones[0].customer, ones[0].at, ones[-1].at, revisions
    )
