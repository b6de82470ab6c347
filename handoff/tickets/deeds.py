"""What may be done with a ticket, by whom, in which state. Pure: each deed returns its event.

Everything raises `Interested` for whoever is complained about, `Forbidden` for an account that
does not work on complaints, `NotAllowed` when the state does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handoff.accounts import Account, Role
from handoff.tickets.errors import (
    CannotMerge,
    Forbidden,
    Incomplete,
    Interested,
    NotAllowed,
    SamePerson,
    TooLate,
)
from handoff.tickets.events import Event, Kind
from handoff.tickets.rules import Rules
from handoff.tickets.ticket import Status, Ticket

GROUP = "complaints"
"""The queue group whose agents handle complaints."""


def works_on_complaints(account: Account) -> bool:
    """Return whether an account sees tickets at all."""
    return account.may(Role.SUPERVISOR) or (account.may(Role.AGENT) and GROUP in account.groups)


@dataclass(frozen=True, slots=True)
class Deeds:
    """The deeds of one account at one moment."""

    rules: Rules
    account: Account
    now: datetime

    def describe(self, ticket: Ticket, fields: Mapping[str, Any]) -> Event:
        """Set fields of the intake; raises ValueError for one that cannot be set."""
        self._at_work(ticket)
        if not fields or fields.keys() - {
            *("facts", "demand", "category", "product", "branch", "against")
        }:
            raise ValueError(f"these are no fields of an intake: {sorted(fields)}")
        if fields.get("category", "unsorted") not in self.rules.categories.names:
            raise ValueError(f"there is no such category: {fields['category']!r}")
        return self._event(Kind.DESCRIBED, **fields)

    def assign(self, ticket: Ticket, handler: Account) -> Event:
        """Give it to somebody; an agent may only take what nobody has."""
        self._running(ticket)
        mine = handler.login == self.account.login and not ticket.handler
        if not (mine or self.account.may(Role.SUPERVISOR)) or not works_on_complaints(handler):
            raise Forbidden
        if handler.login in ticket.intake.against:
            raise Interested
        if handler.login == ticket.handler:
            raise NotAllowed
        return self._event(Kind.ASSIGNED, handler=handler.login)

    def declare_complex(self, ticket: Ticket, why: str) -> Event:
        """Find the case complex; raises `TooLate` after the deadline."""
        self._in_time(ticket)
        if ticket.clock.complex:
            raise NotAllowed
        return self._event(Kind.COMPLEX, why=_said(why))

    def ask_extension(self, ticket: Ticket, why: str) -> Event:
        """Ask for the one extension there is; raises `TooLate` after the deadline."""
        self._in_time(ticket)
        if ticket.clock.asked_by or not ticket.clock.complex:
            raise NotAllowed
        return self._event(Kind.EXTENSION_ASKED, why=_said(why))

    def grant_extension(self, ticket: Ticket) -> Event:
        """Approve it; raises `SamePerson` for who asked, `TooLate` after the deadline."""
        self._in_time(ticket)
        self._senior(ticket)
        return self._event(Kind.EXTENSION_GRANTED)

    def refuse_extension(self, ticket: Ticket, why: str) -> Event:
        """Refuse it; it may be asked for again."""
        self._at_work(ticket)
        self._senior(ticket)
        return self._event(Kind.EXTENSION_REFUSED, why=_said(why))

    def tell_extension(self, ticket: Ticket, how: str) -> Event:
        """Note that the customer was told of the extension; only now it counts."""
        self._in_time(ticket)
        if not ticket.clock.granted or ticket.clock.told:
            raise NotAllowed
        return self._event(Kind.EXTENSION_TOLD, how=_said(how))

    def pause(self, ticket: Ticket, why: str) -> Event:
        """Stop the clock while somebody outside appraises; raises `TooLate`."""
        self._in_time(ticket)
        if ticket.status is Status.PAUSED:
            raise NotAllowed
        return self._event(Kind.PAUSED, why=_said(why))

    def resume(self, ticket: Ticket) -> Event:
        """Let the clock run again."""
        self._at_work(ticket)
        if ticket.status is not Status.PAUSED:
            raise NotAllowed
        return self._event(Kind.RESUMED)

    def new_facts(self, ticket: Ticket, facts: str) -> Event:
        """Begin a new clock, also after the reply: the customer brought new facts."""
        self._disinterested(ticket)
        if not ticket.running and ticket.status is not Status.REPLIED:
            raise NotAllowed
        return self._event(Kind.NEW_FACTS, facts=_said(facts))

    def withdraw(self, ticket: Ticket, why: str) -> Event:
        """End it because the customer withdrew."""
        self._at_work(ticket)
        return self._event(Kind.WITHDRAWN, why=_said(why))

    def merge(self, ticket: Ticket, into: Ticket) -> tuple[Event, Event]:
        """Return what happens to the two; the earlier clock goes on. Raises `CannotMerge`."""
        self._at_work(ticket)
        self._disinterested(into)
        same = ticket.intake.customer_key == into.intake.customer_key
        earlier = into.number != ticket.number and into.clock.started <= ticket.clock.started
        if not (same and earlier and into.running):
            raise CannotMerge
        repeated = self._event(
            Kind.REPEATED, conversation=ticket.intake.conversation, number=ticket.number
        )
        return self._event(Kind.MERGED, into=into.number), repeated

    def reply(self, ticket: Ticket, parts: Mapping[str, str]) -> Event:
        """Answer the complaint; raises `Incomplete` naming what lacks."""
        self._at_work(ticket)
        if ticket.status is not Status.HANDLING:
            raise NotAllowed
        if missing := self.rules.reply.missing(parts):
            raise Incomplete(missing)
        said = {part.id: parts[part.id].strip() for part in self.rules.reply.parts}
        return self._event(Kind.REPLIED, parts=said)

    def _event(self, kind: Kind, **data: object) -> Event:
        return Event(kind, self.now, self.account.login, data)

    def _disinterested(self, ticket: Ticket) -> None:
        if not works_on_complaints(self.account):
            raise Forbidden
        if self.account.login in ticket.intake.against:
            raise Interested

    def _running(self, ticket: Ticket) -> None:
        self._disinterested(ticket)
        if not ticket.running:
            raise NotAllowed

    def _at_work(self, ticket: Ticket) -> None:
        """Check that it runs, and that it is this account's to decide."""
        self._running(ticket)
        if self.account.login != ticket.handler and not self.account.may(Role.SUPERVISOR):
            raise Forbidden

    def _in_time(self, ticket: Ticket) -> None:
        self._at_work(ticket)
        if ticket.clock.late(self.rules.deadlines, self.now):
            raise TooLate

    def _senior(self, ticket: Ticket) -> None:
        if not self.account.may(Role.SUPERVISOR):
            raise Forbidden
        if not ticket.extension_wanted:
            raise NotAllowed
        if self.account.login == ticket.clock.asked_by:
            raise SamePerson


def _said(words: str) -> str:
    words = words.strip()
    if not words:
        raise ValueError("a reason is needed")
    return words
