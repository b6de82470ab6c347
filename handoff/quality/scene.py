"""A conversation as the inspection sees it: the agent who answers for it, and who said what."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.archive import Archived
from conversation.conversation import Reason
from conversation.message import Message, Sender
from handoff.figures.calls import Hold, by_agent, calls_of


@dataclass(frozen=True, slots=True)
class Wait:
    """A customer's message during a hold, and how long until the agent spoke, or the hold ended."""

    message: Message
    span: timedelta


@dataclass(frozen=True, slots=True)
class Scene:
    """`agent` held it last; `holds` are that agent's. Both are empty when no agent had it."""

    archived: Archived
    agent: str
    holds: tuple[Hold, ...]
    reasons: frozenset[str]

    @classmethod
    def of(cls, archived: Archived) -> Scene:
        """Look at a conversation."""
        calls = calls_of(archived)
        holds = [hold for call in calls for hold in call.holds]
        agent = holds[-1].agent if holds else ""
        own = tuple(hold for hold in holds if hold.agent == agent)
        return cls(archived, agent, own, frozenset(call.reason for call in calls))

    @property
    def ended_by_agent(self) -> bool:
        """Whether the agent who answers for it closed it."""
        return bool(self.agent) and self.archived.closed_by == self.agent

    @property
    def said(self) -> list[Message]:
        """What the agent said, oldest first."""
        return [entry for entry in self.archived.log if by_agent(entry) and self._held(entry.at)]

    @property
    def house(self) -> list[Message]:
        """What anybody said to the customer, notices included, oldest first."""
        entries = self.archived.messages
        return [entry for entry in entries if entry.sender is not Sender.CUSTOMER]

    def calls_for(self, reasons: frozenset[Reason]) -> bool:
        """Return whether a person was called for one of these reasons."""
        return not self.reasons.isdisjoint(reasons)

    def first_waits(self) -> Iterator[tuple[Hold, Message | None, timedelta]]:
        """Yield each hold, the agent's first words in it, and how long until then, or its end."""
        for hold in self.holds:
            first = next((entry for entry in self.said if _within(entry, hold)), None)
            yield hold, first, (first.at if first else hold.end) - hold.start

    def waits(self) -> Iterator[Wait]:
        """Yield what the customer waited for after the agent's first words, run by run."""
        for hold in self.holds:
            inside = [entry for entry in self.archived.messages if _within(entry, hold)]
            talk = [entry for entry in inside if _talks(entry)]
            yield from _waits(talk, hold.end)

    def _held(self, at: datetime) -> bool:
        return any(hold.start <= at <= hold.end for hold in self.holds)


def _waits(talk: Sequence[Message], end: datetime) -> Iterator[Wait]:
    """Yield the waits of one hold: of several messages in a row the first one counts."""
    runs = [
        (customer, list(entries))
        for customer, entries in itertools.groupby(talk, lambda e: e.sender is Sender.CUSTOMER)
    ]
    opened = False
    for index, (customer, entries) in enumerate(runs):
        if customer and opened:
            answered = runs[index + 1][1][0].at if index + 1 < len(runs) else end
            yield Wait(entries[0], answered - entries[0].at)
        opened = opened or not customer


def _talks(entry: Message) -> bool:
    return entry.sender is Sender.CUSTOMER or by_agent(entry)


def _within(entry: Message, hold: Hold) -> bool:
    return hold.start <= entry.at <= hold.end
