"""What is kept about complaints: tickets, what followed from them, and answers to the survey."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from compliance.rights.holder import Tally
from compliance.rights.terms import Keep, Kind
from handoff.tickets.store import TicketStore, Wanted
from handoff.tickets.surveys import Survey, SurveyStore
from handoff.tickets.tasks import Task, TaskStore
from handoff.tickets.ticket import Ticket

_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Held:
    """What one look found, of everybody or of one customer."""

    tickets: Sequence[Ticket]
    tasks: Sequence[Task]
    surveys: Sequence[Survey]


@dataclass(frozen=True, slots=True)
class TicketsHolder:
    """Tickets and tasks have the term of complaints from their end on; what runs always stays.

    What the law keeps is a ticket's own list, which only staff for complaints may open. Answers
    to the survey have the term of conversations; no law asks for them.
    """

    tickets: TicketStore
    tasks: TaskStore
    surveys: SurveyStore
    name: str = "tickets"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`."""
        held = await asyncio.to_thread(self._of, customer_key)
        return [
            *(_ticket(ticket) for ticket in held.tickets),
            *({"task": task.what, "at": task.at.isoformat()} for task in held.tasks),
            *(asdict(survey) | {"at": survey.at.isoformat()} for survey in held.surveys),
        ]

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """See `Holder.erase`."""
        held = await asyncio.to_thread(self._of, customer_key)
        free = _free(held, keep)
        going = _due(free, keep.law_began, answered=keep.now)
        await asyncio.to_thread(self._remove, going)
        staying = _count(free) - _count(going)
        return Tally(self.name, _count(going), staying, _count(held) - _count(free))

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`."""
        held = await asyncio.to_thread(self._all)
        answered = keep.term_began(Kind.CONVERSATIONS)
        due = _due(held, keep.term_began, answered=answered)
        going = _free(due, keep)
        if not dry_run:
            await asyncio.to_thread(self._remove, going)
        return Tally(self.name, deleted=_count(going), held=_count(due) - _count(going))

    def _of(self, customer_key: str) -> _Held:
        return _Held(
            self.tickets.find(Wanted(customer_key=customer_key)),
            self.tasks.find(customer_key=customer_key),
            self.surveys.of_customer(customer_key),
        )

    def _all(self) -> _Held:
        return _Held(self.tickets.find(Wanted()), self.tasks.find(), self.surveys.since(_EVER))

    def _remove(self, held: _Held) -> None:
        self.tickets.remove([ticket.number for ticket in held.tickets])
        self.tasks.remove([task.id for task in held.tasks])
        self.surveys.remove([survey.conversation for survey in held.surveys])


def _due(held: _Held, began: Callable[[Kind], datetime], *, answered: datetime) -> _Held:
    """Return what ended before its term began; answers given before `answered`."""
    before = began(Kind.COMPLAINTS)
    return _Held(
        [each for each in held.tickets if each.clock.ended and each.clock.ended < before],
        [each for each in held.tasks if each.over and each.at < before],
        [each for each in held.surveys if each.at < answered],
    )


def _free(held: _Held, keep: Keep) -> _Held:
    """Return what no legal hold covers."""
    subjects = keep.holding.subjects
    return _Held(
        [
            each
            for each in held.tickets
            if not subjects & {*each.conversations, each.intake.customer_key}
        ],
        [each for each in held.tasks if not subjects & {each.subject, each.customer_key}],
        [each for each in held.surveys if not subjects & {each.conversation, each.customer_key}],
    )


def _count(held: _Held) -> int:
    return len(held.tickets) + len(held.tasks) + len(held.surveys)


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "status": ticket.status.value,
        "received": ticket.clock.started.isoformat(),
        "conversations": list(ticket.conversations),
        **{name: getattr(ticket.intake, name) for name in ("facts", "demand", "category")},
        "reply": dict(ticket.reply),
    }
