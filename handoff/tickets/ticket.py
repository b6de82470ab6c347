"""A ticket: what its events add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from handoff.tickets.clock import Clock
from handoff.tickets.events import Event, Kind


class Status(StrEnum):
    """`received → handling ⇄ paused → replied`; withdrawn and merged end it from anywhere."""

    RECEIVED = "received"
    HANDLING = "handling"
    PAUSED = "paused"
    REPLIED = "replied"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


RUNNING = frozenset({Status.RECEIVED, Status.HANDLING, Status.PAUSED})
_ENDS = {
    Kind.REPLIED: Status.REPLIED,
    Kind.WITHDRAWN: Status.WITHDRAWN,
    Kind.MERGED: Status.MERGED,
}


@dataclass(frozen=True, slots=True)
class Intake:
    """What the complaint is. Texts are redacted; `against` are logins of staff complained of."""

    conversation: str
    customer_key: str
    facts: str = ""
    demand: str = ""
    category: str = "unsorted"
    product: str = ""
    branch: str = ""
    against: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self) | {"against": list(self.against)}

    def changed(self, data: Mapping[str, Any]) -> Intake:
        """Return it with some fields new."""
        values = dict(data)
        if "against" in values:
            values["against"] = tuple(values["against"])
        return replace(self, **values)


@dataclass(frozen=True, slots=True)
class Ticket:
    """The present state, and everything that led to it. `version` counts the events."""

    number: str
    intake: Intake
    clock: Clock
    status: Status = Status.RECEIVED
    handler: str = ""
    into: str = ""
    conversations: tuple[str, ...] = ()
    history: tuple[Event, ...] = field(default=(), repr=False)

    @property
    def version(self) -> int:
        """How many events it has."""
        return len(self.history)

    @property
    def running(self) -> bool:
        """Whether it has still to be answered."""
        return self.status in RUNNING

    @property
    def extension_wanted(self) -> bool:
        """Whether an extension was asked for and not yet decided."""
        return bool(self.clock.asked_by) and not self.clock.granted

    @property
    def reply(self) -> Mapping[str, str]:
        """The parts of the last reply, empty when there is none."""
        replies = (e for e in reversed(self.history) if e.kind is Kind.REPLIED)
        last = next(replies, None)
        return last.data["parts"] if last else {}

    def reminded(self, days: int, due: str) -> bool:
        """Return whether this mark of this deadline was told already."""
        return any(
            event.data["days"] == days and event.data["due"] == due
            for event in self.history
            if event.kind is Kind.REMINDED
        )

    def after(self, event: Event) -> Ticket:
        """Return the ticket once this has happened."""
        changes: dict[str, Any] = {}
        data = event.data
        match event.kind:
            case Kind.DESCRIBED:
                changes = self._described(self.intake.changed(data))
            case Kind.ASSIGNED:
                status = Status.HANDLING if self.status is Status.RECEIVED else self.status
                changes = {"handler": data["handler"], "status": status}
            case Kind.PAUSED:
                changes = {"status": Status.PAUSED}
            case Kind.RESUMED | Kind.NEW_FACTS:
                changes = {"status": Status.HANDLING if self.handler else Status.RECEIVED}
            case Kind.REPEATED:
                changes = {"conversations": (*self.conversations, data["conversation"])}
            case Kind.REPLIED | Kind.WITHDRAWN | Kind.MERGED:
                changes = {"status": _ENDS[event.kind], "into": data.get("into", "")}
        history = (*self.history, event)
        return replace(self, clock=self.clock.after(event), history=history, **changes)

    def _described(self, intake: Intake) -> dict[str, Any]:
        """Take the ticket from a handler who turns out to be the one complained about."""
        if self.handler not in intake.against:
            return {"intake": intake}
        status = Status.RECEIVED if self.status is Status.HANDLING else self.status
        return {"intake": intake, "handler": "", "status": status}


def opened(number: str, first: Event) -> Ticket:
    """Return the ticket that an `OPENED` event begins."""
    data = dict(first.data)
    intake = Intake(data.pop("conversation"), data.pop("customer_key")).changed(data)
    return Ticket(
        number,
        intake,
        Clock(first.at),
        conversations=(intake.conversation,),
        history=(first,),
    )


def folded(number: str, events: Iterable[Event]) -> Ticket:
    """Return what a ticket's events, in order, add up to; raises ValueError without any."""
    each = iter(events)
    first = next(each, None)
    if first is None or first.kind is not Kind.OPENED:
        message = f"ticket {number} does not begin with its opening"
        raise ValueError(message)
    ticket = opened(number, first)
    for event in each:
        ticket = ticket.after(event)
    return ticket
