"""The dashboard's numbers, read from the records when they are asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol

from compliance.clock import utc_now
from conversation.archive import Period
from handoff.accounts import Account
from handoff.figures.days import Day, days_of, period_of
from handoff.figures.definitions import Definitions
from handoff.figures.figures import Figures, deadline, figures
from handoff.figures.measure import Measure
from handoff.supervision import require_supervisor
from handoff.tickets.rules import Deadlines
from handoff.tickets.store import TicketStore, Wanted
from handoff.tickets.surveys import SurveyStore

LONGEST = timedelta(days=366)
"""The longest period that is added up at once."""


class Measures(Protocol):
    """Where the measures of archived conversations are; blocking, raises `Unavailable`."""

    def measures(self, period: Period) -> list[Measure]:
        """Return those of the conversations closed in a period."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of some days, the first and the last one included."""

    first: date
    last: date
    figures: Figures
    days: list[Day]

    @property
    def period(self) -> str:
        """The days as a file and a heading name them."""
        return f"{self.first.isoformat()} 至 {self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class FiguresService:
    """Figures for supervisors. Raises `Unavailable` when the records do not answer."""

    measures: Measures
    surveys: SurveyStore
    tickets: TicketStore
    deadlines: Deadlines
    definitions: Definitions
    zone: tzinfo
    clock: Callable[[], datetime] = utc_now

    async def report(self, account: Account, first: date, last: date) -> Report:
        """Return the figures of the days from `first` to `last`.

        Raises `NotAllowed` for whoever is no supervisor, ValueError for days in the wrong order
        or more than `LONGEST`.
        """
        require_supervisor(account)
        if not timedelta(0) <= last - first < LONGEST:
            raise ValueError("the days are in the wrong order, or too many")
        return await asyncio.to_thread(self._report, first, last)

    def today(self) -> date:
        """Return the day where the bank is."""
        return self.clock().astimezone(self.zone).date()

    def _report(self, first: date, last: date) -> Report:
        period = period_of(first, last, self.zone)
        measures = self.measures.measures(period)
        given = self.surveys.since(period.start) if period.start else []
        surveys = [survey for survey in given if period.holds(survey.at)]
        tickets = self.tickets.find(Wanted())
        complaints = deadline(tickets, self.deadlines, period, self.clock())
        days = days_of(measures, first, last, self.zone)
        return Report(first, last, figures(measures, surveys, complaints), days)
