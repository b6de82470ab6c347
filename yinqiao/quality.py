"""Quality inspection and figures on this installation's records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from compliance.categories import CategoryFinder
from compliance.errors import NoNotice, UnknownCategory
from compliance.notices import BANK_TIME, Notices
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from conversation.archive import Archive
from handoff.figures.definitions import Definitions
from handoff.figures.service import FiguresService
from handoff.quality.inspector import Inspector
from handoff.quality.scorer import Scorer
from handoff.quality.service import QualityService
from handoff.quality.sql_store import SqlInspections
from handoff.quality.standard import Standard
from handoff.tickets.service import TicketService
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


def open_inspector(records: sa.Engine, archive: Archive, notices: Notices) -> Inspector:
    """Return what inspects closed conversations."""
    due = NoticesDue(CategoryFinder.load(), notices)
    return Inspector(archive, SqlInspections(records), Scorer(Standard.load(), due, findings))


def open_quality(
    records: sa.Engine, archive: Archive, recorder: AuditRecorder, redactor: Redactor
) -> QualityService:
    """Return what staff can do with inspections."""
    return QualityService(
        SqlInspections(records),
        archive,
        recorder,
        lambda text: redactor.redact(text).text,
        Standard.load(),
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
