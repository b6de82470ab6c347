"""A whole ticket desk in one process, on the doubles, under one clock that can be moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from compliance.errors import AuditUnavailable
from conversation.errors import Finding
from handoff.tickets.follow_up import FollowUp
from handoff.tickets.memory_store import MemoryTickets
from handoff.tickets.memory_tasks import MemorySurveys, MemoryTasks
from handoff.tickets.progress import Progress
from handoff.tickets.service import TicketService
from handoff.tickets.ticket import Intake, Ticket
from tests.unit.handoff.tickets.people import GU, KEY, NOON, QIN, RULES


@dataclass
class Trail:
    """An audit trail to look at, which may be down; a (subject, key) counts once."""

    rows: dict[tuple[str, str], tuple[str, str, dict[str, object]]] = field(default_factory=dict)
    down: bool = False

    async def record(
        self,
        kind: str,
        actor: str,
        subject: str,
        data: Mapping[str, object],
        *,
        key: str | None = None,
    ) -> None:
        """Note a record."""
        if self.down:
            raise AuditUnavailable
        self.rows.setdefault((subject, key or str(len(self.rows))), (kind, actor, dict(data)))

    @property
    def kinds(self) -> list[str]:
        """What was recorded, in order."""
        return [row[0] for row in self.rows.values()]


@dataclass
class Postbox:
    """Letters to look at, by name."""

    sent: dict[str, str] = field(default_factory=dict)

    async def reply(self, ticket: Ticket, parts: Mapping[str, str], name: str) -> bool:
        """Keep a letter."""
        self.sent.setdefault(name, f"{ticket.number}: {'|'.join(parts)}")
        return True


class TicketDesk:
    """Stores, trail, service."""

    def __init__(self) -> None:
        """Start empty, at noon."""
        self.now = NOON
        self.trail = Trail()
        self.store = MemoryTickets()
        self.letters = Postbox()
        self.follow_up = FollowUp(
            *(MemoryTasks(), MemorySurveys(), self.trail, masked, RULES, self.clock)
        )
        self.service = TicketService(
            *(self.store, self.follow_up, self.trail, masked, checked, RULES),
            *(self.letters, self.clock),
        )
        self.progress = Progress(self.store, RULES, self.clock)

    def clock(self) -> datetime:
        """Return the desk's time."""
        return self.now

    async def opened(self, conversation: str = f"{KEY}-1", key: str = KEY) -> Ticket:
        """Open a ticket now."""
        intake = Intake(conversation, key, facts="多收了手续费，电话 13800138000")
        return await self.service.open(intake, self.now)

    async def handled(self) -> Ticket:
        """Open a ticket, and give it to Qin."""
        ticket = await self.opened()
        return await self.service.do(GU, ticket.number, lambda deeds, t: deeds.assign(t, QIN))


def masked(text: str) -> str:
    """Redact the one number that these tests know."""
    return text.replace("13800138000", "138****8000")


def checked(text: str) -> tuple[Finding, ...]:
    """Find the one word that these tests forbid."""
    at = text.find("保本")
    return (Finding("promise", (at, at + 2), "保本", "不能承诺", "规则"),) if at >= 0 else ()
