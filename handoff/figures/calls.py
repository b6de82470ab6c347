"""When a person was called for, who came, and how long it took: folded from an archived log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversation.archive import Archived, Ownership
from conversation.conversation import Owner
from conversation.message import Kind, Message, Sender

_PEOPLE = frozenset({Owner.QUEUE, Owner.AGENT})


@dataclass(frozen=True, slots=True)
class Hold:
    """One agent's (a login's) time with a conversation; `end` is exclusive."""

    agent: str
    start: datetime
    end: datetime

    @property
    def span(self) -> timedelta:
        """How long it was."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Call:
    """From the moment the bot let go until the bot has it again or it is closed.

    `answered` is the first thing an agent said in it. Transfers and returns to the line belong
    to the same call; only the first wait is the customer's wait for somebody.
    """

    reason: str
    start: datetime
    end: datetime
    holds: tuple[Hold, ...] = ()
    answered: datetime | None = None

    @property
    def connected(self) -> bool:
        """Whether any agent took it."""
        return bool(self.holds)

    @property
    def waited(self) -> timedelta:
        """Until the first agent took it; until it ended when nobody did."""
        return (self.holds[0].start if self.holds else self.end) - self.start

    @property
    def response(self) -> timedelta | None:
        """From the first pick-up to the first thing an agent said; None when nothing was said."""
        return self.answered - self.holds[0].start if self.holds and self.answered else None

    @property
    def handling(self) -> timedelta:
        """How long agents held it, all together."""
        return sum((hold.span for hold in self.holds), timedelta(0))


@dataclass(slots=True)
class _Open:
    """A call that has not ended yet."""

    reason: str
    start: datetime
    holds: list[Hold] = field(default_factory=list)


def calls_of(archived: Archived) -> list[Call]:
    """Return the calls of a conversation, in order; what was never closed ends with its log."""
    owners = archived.owners
    ends = [*(one.since for one in owners[1:]), archived.closed_at]
    said = [entry for entry in archived.log if by_agent(entry)]
    calls: list[Call] = []
    opened: _Open | None = None
    for own, end in zip(owners, ends, strict=True):
        if own.owner in _PEOPLE:
            opened = opened or _Open(_reason(own), own.since)
            if own.owner is Owner.AGENT:
                opened.holds.append(Hold(own.by, own.since, end))
        elif opened:
            calls.append(_ended(opened, own.since, said))
            opened = None
    if opened:
        calls.append(_ended(opened, archived.closed_at, said))
    return calls


def by_agent(entry: Message) -> bool:
    """Return whether an agent said it to the customer."""
    return entry.sender is Sender.AGENT and entry.kind is Kind.TEXT


def _reason(own: Ownership) -> str:
    return own.why if own.owner is Owner.QUEUE else ""


def _ended(opened: _Open, end: datetime, said: Sequence[Message]) -> Call:
    first = (entry.at for entry in said if opened.start <= entry.at <= end)
    answered = next(first, None)
    return Call(opened.reason, opened.start, end, tuple(opened.holds), answered)
