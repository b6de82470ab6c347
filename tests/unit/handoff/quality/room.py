"""Inspection in one process, on the doubles, under one clock that can be moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversation.archive import Archived
from conversation.memory_archive import MemoryArchive
from conversation.turn import Route
from handoff.figures.definitions import Definitions
from handoff.figures.service import FiguresService
from handoff.quality.inspector import Inspector
from handoff.quality.memory_store import MemoryInspections
from handoff.quality.scorer import Scorer
from handoff.quality.service import QualityService
from handoff.quality.standard import Standard
from handoff.tickets.clock import ZONE
from handoff.tickets.memory_store import MemoryTickets
from handoff.tickets.memory_tasks import MemorySurveys
from tests.unit.handoff.figures.talks import NOON, Talk, due
from tests.unit.handoff.tickets.desk import Trail, masked
from tests.unit.handoff.tickets.people import RULES


class QualityRoom:
    """Archive, inspections, trail, services."""

    def __init__(self) -> None:
        """Start empty, an hour after noon."""
        self.now = NOON + timedelta(hours=1)
        self.archive = MemoryArchive()
        self.store = MemoryInspections(self.archive)
        self.trail = Trail()
        self.standard = Standard.load()
        scorer = Scorer(self.standard, due, lambda _: ())
        self.inspector = Inspector(self.archive, self.store, scorer, self.clock)
        self.service = QualityService(
            *(self.store, self.archive, self.trail, masked, self.standard, self.clock)
        )
        self.surveys, self.tickets = MemorySurveys(), MemoryTickets()
        self.figures = FiguresService(
            *(self.store, self.surveys, self.tickets, RULES.deadlines),
            *(Definitions.load(), ZONE, self.clock),
        )

    def clock(self) -> datetime:
        """Return the room's time."""
        return self.now

    def keeps(self, *archived: Archived) -> None:
        """Archive conversations, and inspect them."""
        for one in archived:
            self.archive.put(one)
        self.inspector.sweep()


def curt(name: str = "sun", agent: str = "zhou", now: datetime = NOON) -> Archived:
    """Return a conversation of an agent who does not greet."""
    talk = Talk(name, now=now)
    talk.asks("转人工", Route.HUMAN)
    talk.calls()
    talk.taken(agent)
    talk.says("在")
    return talk.closed()
