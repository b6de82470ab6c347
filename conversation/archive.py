"""Closed conversations, kept whole: what staff, statistics and the knowledge base look back on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.conversation import Conversation, Customer, Owner
from conversation.message import Kind, Message
from conversation.outcome import Outcome, TurnFacts, turn_facts
from conversation.turn import Route


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owned the conversation from when on; `by` caused the change, `why` says what for."""

    owner: Owner
    since: datetime
    by: str = ""
    name: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """An archived conversation without its log."""

    id: str
    customer: Customer
    opened_at: datetime
    closed_at: datetime
    closed_by: str
    """`silence`, `customer`, or the agent's login."""
    entries: int


@dataclass(frozen=True, slots=True)
class Archived:
    """A closed conversation: its whole log, redacted as it was taken, staff's records included."""

    id: str
    customer: Customer
    opened_at: datetime
    closed_at: datetime
    closed_by: str
    log: tuple[Message, ...]

    @property
    def messages(self) -> list[Message]:
        """What customer and owners said to each other."""
        return [entry for entry in self.log if entry.for_customer]

    @property
    def events(self) -> list[Message]:
        """What happened to the conversation, oldest first."""
        return [entry for entry in self.log if entry.kind is Kind.EVENT]

    @property
    def owners(self) -> list[Ownership]:
        """Who owned it when; it begins with the bot and ends closed."""
        changes = [
            Ownership(
                Owner(entry.data["to"]),
                entry.at,
                str(entry.data.get("by", "")),
                str(entry.data.get("name", "")),
                str(entry.data.get("why", "")),
            )
            for entry in self.events
            if entry.data.get("event") == "owner"
        ]
        return [Ownership(Owner.BOT, self.opened_at), *changes]

    @property
    def turns(self) -> list[TurnFacts]:
        """What became of each customer message: route, intent, confidence, outcome."""
        return turn_facts(self.log)

    @property
    def summary(self) -> Summary:
        """The same without the log."""
        return Summary(
            self.id,
            self.customer,
            self.opened_at,
            self.closed_at,
            self.closed_by,
            len(self.log),
        )


def archived(conversation: Conversation, log: Sequence[Message]) -> Archived:
    """Return what is to be kept of a closed conversation.

    It was closed when its owner last changed: later entries are records of messages that were
    still waiting then.
    """
    closing = [
        entry.at for entry in log if entry.kind is Kind.EVENT and entry.data.get("to") == "closed"
    ]
    return Archived(
        conversation.id,
        conversation.customer,
        conversation.opened_at,
        closing[-1] if closing else conversation.active_at,
        conversation.closed_by,
        tuple(log),
    )


@dataclass(frozen=True, slots=True)
class Period:
    """Conversations that were closed at or after `start` and before `end`."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return (self.start is None or at >= self.start) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Question:
    """A customer message with what became of it."""

    conversation_id: str
    message_id: str
    text: str
    at: datetime
    outcome: Outcome
    route: Route | None
    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message that quoted an article in a certain revision."""

    conversation_id: str
    customer: Customer
    message_id: str
    at: datetime
    article: str
    revision: str


class Archive(Protocol):
    """The records of closed conversations; for threads, never for the event loop.

    What is stored only (see `conversation.archive_records`) is found by none of its questions.

    Raises `ArchiveUnavailable` when what is behind does not answer. A call that raised it may or
    may not have been stored; every one is safe to repeat.
    """

    def put(self, archived: Archived) -> None:
        """Keep a conversation; the same id again replaces it, whole or not at all."""

    def get(self, conversation_id: str) -> Archived | None:
        """Return a conversation with its log."""

    def of_customer(self, customer_key: str, limit: int = 20) -> list[Summary]:
        """Return a customer's conversations, the last opened first."""

    def search(
        self, period: Period, *, channel: str = "", text: str = "", limit: int = 100, skip: int = 0
    ) -> list[Summary]:
        """Return conversations of a period, the last closed first.

        With `text` only those in which somebody said it, letter for letter.
        """

    def questions(
        self, since: datetime, outcomes: Collection[Outcome] = (), limit: int = 5000
    ) -> Iterator[Question]:
        """Yield customer messages at or after `since`, newest first, of these outcomes or all."""

    def quoted(self, article: str, revisions: Collection[str] = ()) -> list[Quoted]:
        """Return what quoted an article, in these revisions or in any, newest first."""
