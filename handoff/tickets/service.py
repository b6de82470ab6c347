"""Everything that can be done with tickets, without any page."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from compliance.clock import utc_now
from conversation.conversation import split_id
from conversation.errors import Blocked, Finding, Unavailable
from handoff.accounts import Account
from handoff.tickets.audit import KeyedAudit
from handoff.tickets.deeds import Deeds, works_on_complaints
from handoff.tickets.errors import Forbidden, TicketChanged, UnknownTicket
from handoff.tickets.events import SYSTEM, Event, Kind
from handoff.tickets.follow_up import FollowUp
from handoff.tickets.letters import Letters
from handoff.tickets.rules import Rules
from handoff.tickets.store import TicketStore, Unaudited, Wanted
from handoff.tickets.tasks import TaskKind
from handoff.tickets.ticket import RUNNING, Intake, Ticket

_LOG = logging.getLogger(__name__)
_CODES = frozenset({"conversation", "customer_key", "category", "against", "handler", "into"}) | {
    *("number", "due", "to")
}
"""What of an event's data is no free text: it is not redacted."""
_OWN_FIELDS = ("product", "branch", "demand")
_PROVED = frozenset({"handler", "into", "days", "due", "to"})
"""What of it stands in the audit trail."""

Deed = Callable[[Deeds, Ticket], Event]


@dataclass(frozen=True, slots=True)
class TicketService:
    """Tickets. Every method raises `Unavailable` when the database does not answer.

    What happened to a ticket is kept first; audit trail and call-backs follow from it, at once or
    at the next sweep (`settle`), each once.
    """

    store: TicketStore
    follow_up: FollowUp
    audit: KeyedAudit
    redact: Callable[[str], str]
    wording: Callable[[str], Sequence[Finding]]
    rules: Rules
    letters: Letters
    clock: Callable[[], datetime] = utc_now

    async def open(self, intake: Intake, received: datetime, by: str = SYSTEM) -> Ticket:
        """Begin a ticket, once for a conversation; the clock runs from `received`."""
        event = self._clean(Event(Kind.OPENED, received, by, intake.plain()))
        ticket = await asyncio.to_thread(self.store.open, event)
        await self._settle_soon()
        return ticket

    async def register(self, account: Account, conversation: str, facts: str) -> Ticket:
        """Begin a ticket for what somebody at the desk found to be a complaint.

        Raises `Forbidden`; ValueError for what is no conversation, or without facts.
        """
        if not works_on_complaints(account):
            raise Forbidden
        if not facts.strip():
            raise ValueError("a complaint has facts")
        key, _ = split_id(conversation)
        intake = Intake(conversation, key, facts=facts.strip())
        return await self.open(intake, self.clock(), account.login)

    async def repeat(self, conversation: str, customer_key: str, at: datetime) -> Ticket | None:
        """Add a conversation to the one running ticket of its customer.

        Returns None, and does nothing, when the customer has none or several.
        """
        event = Event(Kind.REPEATED, at, SYSTEM, {"conversation": conversation})
        wanted = Wanted(RUNNING, customer_key=customer_key)
        while True:
            if held := await asyncio.to_thread(self.store.of_conversation, conversation):
                return held
            running = await asyncio.to_thread(self.store.find, wanted)
            if len(running) != 1:
                return None
            with contextlib.suppress(TicketChanged):
                [ticket] = await asyncio.to_thread(self.store.append, (running[0], event))
                await self._settle_soon()
                return ticket

    async def get(self, account: Account, number: str) -> Ticket:
        """Return a ticket; raises `UnknownTicket`, `Forbidden`."""
        if not works_on_complaints(account):
            raise Forbidden
        return await self._get(number)

    async def find(
        self, account: Account, wanted: Wanted, limit: int | None = None
    ) -> list[Ticket]:
        """Return tickets, the soonest due first; raises `Forbidden`."""
        if not works_on_complaints(account):
            raise Forbidden
        found = await asyncio.to_thread(self.store.find, wanted, limit)
        return sorted(found, key=lambda ticket: (self.due(ticket), ticket.number))

    async def do(
        self, account: Account, number: str, deed: Deed, *, seen: int | None = None
    ) -> Ticket:
        """Do something with a ticket (`lambda deeds, ticket: deeds.pause(ticket, why)`).

        Raises what the deed raises; `TicketChanged` when the ticket is not as it was `seen`
        (its version), or changes meanwhile.
        """
        ticket = await self._get(number)
        if seen not in {None, ticket.version}:
            raise TicketChanged
        event = self._clean(deed(self._deeds(account), ticket))
        [after] = await asyncio.to_thread(self.store.append, (ticket, event))
        await self._settle_soon()
        return after

    async def reply(
        self, account: Account, number: str, parts: Mapping[str, str], *, seen: int | None = None
    ) -> Ticket:
        """Answer a complaint; raises `Incomplete`, and `Blocked` for wording that may not leave."""
        for said in parts.values():
            if findings := tuple(self.wording(said)):
                raise Blocked(findings)
        return await self.do(
            account, number, lambda deeds, ticket: deeds.reply(ticket, parts), seen=seen
        )

    async def merge(self, account: Account, number: str, into: str) -> Ticket:
        """Merge a repeat into the earlier ticket, and return that one; raises `CannotMerge`."""
        ticket, goes_on = await self._get(number), await self._get(into)
        merged, repeated = self._deeds(account).merge(ticket, goes_on)
        steps = ((ticket, merged), (goes_on, repeated))
        _, after = await asyncio.to_thread(self.store.append, *steps)
        await self._settle_soon()
        return after

    def due(self, ticket: Ticket) -> datetime:
        """Return the deadline as it stands now."""
        return ticket.clock.due(self.rules.deadlines, self.clock())

    async def add(self, conversation: str, answers: Mapping[str, str], at: datetime) -> None:
        """Note what a customer added to the running complaint of a conversation.

        `answers` are texts by field: product, branch and demand as they are, anything else in
        the facts under its name. What stands there is not noted again, so it is safe to repeat.
        """
        while ticket := await asyncio.to_thread(self.store.of_conversation, conversation):
            fields = self._added(ticket.intake, {k: self.redact(v) for k, v in answers.items()})
            if not fields or not ticket.running:
                return
            event = Event(Kind.DESCRIBED, at, SYSTEM, fields)
            with contextlib.suppress(TicketChanged):
                await asyncio.to_thread(self.store.append, (ticket, event))
                await self._settle_soon()
                return

    def _added(self, intake: Intake, answers: Mapping[str, str]) -> dict[str, str]:
        fields = {name: answers[name] for name in _OWN_FIELDS if name in answers}
        lines = [intake.facts]
        for name in (each for each in answers if each not in _OWN_FIELDS):
            line = f"{self.rules.words.of('fields', name)}：{answers[name]}"
            lines += [] if line in intake.facts else [line]
        fields["facts"] = "\n".join(line for line in lines if line)
        return {name: text for name, text in fields.items() if getattr(intake, name) != text}

    async def settle(self) -> int:
        """Bring audit trail and call-backs in line with what happened; returns the events seen."""
        seen = 0
        while due := await asyncio.to_thread(self.store.unaudited):
            for one in due:
                await self._settle(one)
            seen += len(due)
        return seen

    async def _settle(self, one: Unaudited) -> None:
        event = one.event
        await self.audit.record(
            f"ticket.{event.kind}", event.by, one.number, _provable(event), key=str(one.place)
        )
        if event.kind is Kind.REPLIED:
            await self._replied(one)
        await asyncio.to_thread(self.store.note_audited, one.number, one.place)

    async def _replied(self, one: Unaudited) -> None:
        """Send the decision where a channel reaches the customer, and ask for a call in any case.

        Only a person can make sure that the customer has understood which ways are open.
        """
        ticket = await self._get(one.number)
        name = f"reply:{ticket.number}:{one.place}"
        said = one.event.data["parts"]
        parts = {part.name: said[part.id] for part in self.rules.reply.parts if part.id in said}
        await self.letters.reply(ticket, parts, name)
        await self.follow_up.open(
            TaskKind.CALLBACK,
            ticket.number,
            self.rules.tell_reply,
            self.due(ticket),
            owner=ticket.handler,
            customer_key=ticket.intake.customer_key,
            origin=name,
        )

    async def _settle_soon(self) -> None:
        """Settle; what is down now is made good by the sweep: the deed itself is kept."""
        try:
            await self.settle()
        except Unavailable as error:
            _LOG.warning("tickets are settled later", extra={"reason": error.code})

    async def _get(self, number: str) -> Ticket:
        ticket = await asyncio.to_thread(self.store.get, number)
        if ticket is None:
            raise UnknownTicket
        return ticket

    def _deeds(self, account: Account) -> Deeds:
        return Deeds(self.rules, account, self.clock())

    def _clean(self, event: Event) -> Event:
        return replace(event, data={k: self._cleaned(k, v) for k, v in event.data.items()})

    def _cleaned(self, key: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._cleaned(name, each) for name, each in value.items()}
        return self.redact(value) if isinstance(value, str) and key not in _CODES else value


def _provable(event: Event) -> dict[str, object]:
    """Return what the trail keeps: no personal data, but a hash that proves all of it."""
    whole = json.dumps(dict(event.data), ensure_ascii=False, sort_keys=True)
    known = {name: value for name, value in event.data.items() if name in _PROVED}
    digest = hashlib.sha256(whole.encode()).hexdigest()
    return {"at": event.at.isoformat(), "data_sha256": digest, **known}
