"""Quality inspection and figures on this installation's records."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from compliance.categories import CategoryFinder
from compliance.errors import NoNotice, UnknownCategory
from compliance.notices import BANK_TIME, Notices
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from conversation.archive import Archive
from handoff.figures.definitions import Definitions
from handoff.figures.service import FiguresService
from handoff.quality.inspection import Inspection
from handoff.quality.inspector import Inspector
from handoff.quality.scorer import Scorer
from handoff.quality.service import QualityService
from handoff.quality.sql_store import SqlInspections
from handoff.quality.standard import Standard
from handoff.tickets.follow_up import FollowUp
from handoff.tickets.service import TicketService
from handoff.tickets.tasks import Task, TaskKind
from yinqiao.tickets import findings


@dataclass(frozen=True, slots=True)
class NoticesDue:
    """Which notices a text needs, by the gate's own finder and notices."""

    finder: CategoryFinder
    notices: Notices

    def __call__(self, text: str, at: datetime) -> frozenset[str]:
        """Return the categories under which the text's notices are recorded as shown."""
        return frozenset().union(*(self._of(name, at) for name in self.finder.in_text(text)))

    def _of(self, category: str, at: datetime) -> frozenset[str]:
        try:
            return frozenset(one.categories[0] for one in self.notices.required({category}, at))
        except (UnknownCategory, NoNotice):
            # There was no notice then that could have been shown.
            return frozenset()


@dataclass(frozen=True, slots=True)
class Remedies:
    """A finding for every conversation that fell short: the agent's to remedy, then verified."""

    follow_up: FollowUp
    standard: Standard

    async def ask(self, inspection: Inspection) -> Task:
        """Open the finding, once for a conversation; raises `Unavailable`."""
        rule = self.standard.finding
        failed = [self.standard.name(item) for item, ok in inspection.found.items() if not ok]
        return await self.follow_up.open(
            TaskKind.FINDING,
            inspection.conversation,
            rule.what.format(score=inspection.score, items="、".join(failed)),
            self.follow_up.clock() + timedelta(days=rule.days),
            owner=inspection.agent,
            customer_key=inspection.customer_key,
            origin=f"inspection:{inspection.conversation}",
        )

    def ask_now(self, inspection: Inspection) -> None:
        """Do so from the inspector's thread, where no loop runs."""
        asyncio.run(self.ask(inspection))


def open_inspector(
    records: sa.Engine, archive: Archive, notices: Notices, follow_up: FollowUp
) -> Inspector:
    """Return what inspects closed conversations."""
    due, standard = NoticesDue(CategoryFinder.load(), notices), Standard.load()
    scorer = Scorer(standard, due, findings)
    remedies = Remedies(follow_up, standard)
    return Inspector(archive, SqlInspections(records), scorer, fell_short=remedies.ask_now)


def open_quality(
    records: sa.Engine,
    archive: Archive,
    recorder: AuditRecorder,
    redactor: Redactor,
    follow_up: FollowUp,
) -> QualityService:
    """Return what staff can do with inspections."""
    standard = Standard.load()
    return QualityService(
        SqlInspections(records),
        archive,
        recorder,
        lambda text: redactor.redact(text).text,
        standard,
        fell_short=Remedies(follow_up, standard).ask,
    )


def open_figures(records: sa.Engine, tickets: TicketService) -> FiguresService:
    """Return the dashboard's numbers."""
    return FiguresService(
        SqlInspections(records),
        tickets.follow_up.surveys,
        tickets.store,
        tickets.rules.deadlines,
        Definitions.load(),
        BANK_TIME,
    )
