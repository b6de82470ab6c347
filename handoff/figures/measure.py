"""All that is counted of one archived conversation; names nobody and quotes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from conversation.archive import Archived
from conversation.message import Message, Sender
from handoff.context import Facts
from handoff.figures.calls import Call, calls_of

Due = Callable[[str, datetime], frozenset[str]]
"""Text and moment → the categories under which the notices that it needs are recorded."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`settled`: nothing that the customer said was left without an answer.

    `about` counts the categories that were spoken of, `warned` those of them whose notice had
    been delivered before: each category of a conversation once.
    """

    conversation: str
    channel: str
    opened: datetime
    closed: datetime
    asked: int
    settled: bool
    calls: tuple[Call, ...] = ()
    about: int = 0
    warned: int = 0

    @property
    def contained(self) -> bool:
        """Whether the bot alone served the customer, and left nothing open."""
        return bool(self.asked) and self.settled and not self.calls


@dataclass(frozen=True, slots=True)
class Unwarned:
    """A message that spoke of categories whose notice had not been delivered before it."""

    message: Message
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The categories that were spoken of, and where a notice lacked."""

    about: frozenset[str]
    lacking: tuple[Unwarned, ...]

    @property
    def warned(self) -> int:
        """How many of the categories never lacked their notice."""
        return len(self.about - frozenset[str]().union(*(one.categories for one in self.lacking)))


def measured(archived: Archived, due: Due) -> Measure:
    """Return the measure of a conversation."""
    facts = Facts()
    facts.add(archived.log)
    calls = tuple(calls_of(archived))
    given_up = any(not call.connected for call in calls)
    notices = coverage(archived, due)
    return Measure(
        archived.id,
        archived.customer.channel,
        archived.opened_at,
        archived.closed_at,
        len(facts.asked),
        settled=not facts.open and not given_up,
        calls=calls,
        about=len(notices.about),
        warned=notices.warned,
    )


def coverage(archived: Archived, due: Due) -> Coverage:
    """Return what was said about product categories, and where no notice came before it.

    As the gate does: a bot's answer from an article is about what the article's title names
    (nothing, where a reviewer said so), every other text is about what is found in it. What a
    notice itself says needs none.
    """
    shown: set[str] = set()
    about: set[str] = set()
    lacking: list[Unwarned] = []
    for entry in archived.messages:
        if entry.notice:
            shown.add(entry.notice.category)
        elif entry.sender is not Sender.CUSTOMER:
            found = _about(entry, due)
            about |= found
            if without := found - shown:
                lacking.append(Unwarned(entry, without))
    return Coverage(frozenset(about), tuple(lacking))


def _about(entry: Message, due: Due) -> frozenset[str]:
    if entry.sender is Sender.BOT and entry.sources:
        about = [source for source in entry.sources if not source.no_product]
        titles = (due(source.title, entry.at) for source in about)
        return frozenset[str]().union(*titles)
    return due(entry.text, entry.at)
