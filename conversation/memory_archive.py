"""The in-memory double of the archive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from conversation.archive import Archived, Period, Question, Quoted, Summary
from conversation.conversation import split_id
from conversation.outcome import Outcome


class MemoryArchive:
    """`Archive` in a dictionary."""

    def __init__(self) -> None:
        """Start empty."""
        self.held: dict[str, Archived] = {}
        self.restricted: dict[str, datetime] = {}

    def put(self, archived: Archived) -> None:
        """See `Archive.put`."""
        self.held[archived.id] = archived

    def get(self, conversation_id: str) -> Archived | None:
        """See `Archive.get`."""
        return None if conversation_id in self.restricted else self.held.get(conversation_id)

    def of_customer(self, customer_key: str, limit: int = 20) -> list[Summary]:
        """See `Archive.of_customer`."""
        own = [held for held in self._open() if held.customer.key == customer_key]
        return _summaries(own, lambda held: (split_id(held.id)[1], held.id))[:limit]

    def search(
        self, period: Period, *, channel: str = "", text: str = "", limit: int = 100, skip: int = 0
    ) -> list[Summary]:
        """See `Archive.search`."""
        found = [
            held
            for held in self._open()
            if period.holds(held.closed_at)
            and channel in {"", held.customer.channel}
            and (not text or any(text in message.text for message in held.messages))
        ]
        return _summaries(found, lambda held: (held.closed_at, held.id))[skip : skip + limit]

    def questions(
        self, since: datetime, outcomes: Collection[Outcome] = (), limit: int = 5000
    ) -> Iterator[Question]:
        """See `Archive.questions`."""
        found = [
            Question(
                held.id,
                facts.message.id,
                facts.message.text,
                facts.message.at,
                facts.outcome,
                facts.route,
                facts.intent,
                facts.confidence,
            )
            for held in self._open()
            for facts in held.turns
            if facts.message.at >= since and (not outcomes or facts.outcome in outcomes)
        ]
        found.sort(key=lambda one: (one.at, one.conversation_id, one.message_id), reverse=True)
        yield from found[:limit]

    def quoted(self, article: str, revisions: Collection[str] = ()) -> list[Quoted]:
        """See `Archive.quoted`."""
        found = [
            Quoted(held.id, held.customer, entry.id, entry.at, source.id, source.revision)
            for held in self._open()
            for entry in held.log
            for source in entry.sources
            if source.id == article and (not revisions or source.revision in revisions)
        ]
        return sorted(found, key=lambda one: (one.at, one.conversation_id), reverse=True)

    def _open(self) -> list[Archived]:
        """Only what is not stored only."""
        return [held for held in self.held.values() if held.id not in self.restricted]


def _summaries(
    held: Iterable[Archived], order: Callable[[Archived], tuple[datetime | int, str]]
) -> list[Summary]:
    return [one.summary for one in sorted(held, key=order, reverse=True)]
