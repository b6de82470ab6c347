"""The dashboard's numbers equal what anybody counts who reads the archive, line by line.

Random conversations are archived in a real database and inspected there; the figures are then
compared with a recount that uses nothing of `handoff.figures` and no table but the archive's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversation.archive import Archived, Period
from conversation.archive_tables import metadata as archive_tables
from conversation.sql_archive import SqlArchive
from conversation.sql_archive_records import SqlArchiveRecords
from conversation.turn import Route
from handoff.figures.definitions import Definitions
from handoff.figures.service import FiguresService, Report
from handoff.figures.tally import Share
from handoff.quality.inspector import Inspector
from handoff.quality.scorer import Scorer
from handoff.quality.sql_store import SqlInspections
from handoff.quality.sql_tables import metadata as inspection_tables
from handoff.quality.standard import Standard
from handoff.tickets.clock import ZONE
from handoff.tickets.events import Event
from handoff.tickets.events import Kind as EventKind
from handoff.tickets.sql_store import SqlTickets
from handoff.tickets.sql_tables import metadata as ticket_tables
from handoff.tickets.sql_tasks import SqlSurveys
from handoff.tickets.surveys import Survey
from tests.integration.handoff.recount import check, recounted
from tests.unit.handoff.figures.talks import NOON, Talk, due
from tests.unit.handoff.room import GU
from tests.unit.handoff.tickets.people import KEY, PARTS, RULES, first

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 3)
NOW = NOON + timedelta(days=5)
SECOND = timedelta(seconds=1)

ACTS = st.one_of(
    st.tuples(st.just("asks"), st.sampled_from(["几点开门", "基金怎么买", "人工"])),
    st.tuples(st.just("says"), st.sampled_from(["您好", "基金每天开放", "保险可以退"])),
    st.tuples(st.just("warns"), st.sampled_from(["fund", "insurance"])),
    st.tuples(st.just("calls"), st.sampled_from(["human", "complaint", "fraud"])),
    st.tuples(st.just("taken"), st.sampled_from(["zhou", "lin", "gu"])),
    st.tuples(st.just("back"), st.sampled_from(["queue", "bot"])),
)
ROUTES = st.sampled_from([Route.ANSWER, Route.REFUSE, Route.CLARIFY, Route.HUMAN, None])
STEP = st.tuples(ACTS, ROUTES, st.integers(0, 400))
TALKS = st.lists(
    st.tuples(
        st.lists(STEP, max_size=14), st.integers(-20, 80), st.sampled_from(["silence", "zhou"])
    ),
    max_size=8,
)
SCORES = st.lists(st.tuples(st.integers(1, 5), st.integers(-20, 80)), max_size=6)


@dataclass
class House:
    """A bank's records with everything that counts from them."""

    engine: sa.Engine
    archive: SqlArchive = field(init=False)
    surveys: SqlSurveys = field(init=False)
    tickets: SqlTickets = field(init=False)

    def __post_init__(self) -> None:
        """Make the tables; the migrations have tests of their own."""
        for tables in (archive_tables, inspection_tables, ticket_tables):
            tables.create_all(self.engine)
        self.archive, self.surveys = SqlArchive(self.engine), SqlSurveys(self.engine)
        self.tickets = SqlTickets(self.engine)
        store = SqlInspections(self.engine)
        scorer = Scorer(Standard.load(), due, lambda _: ())
        self.inspector = Inspector(self.archive, store, scorer, lambda: NOW)
        self.service = FiguresService(
            *(store, self.surveys, self.tickets, RULES.deadlines),
            *(Definitions.load(), ZONE, lambda: NOW),
        )

    async def report(self) -> Report:
        """Inspect what waits, as the worker does, and add up."""
        self.inspector.sweep()
        return await self.service.report(GU, FIRST, LAST)

    def read(self) -> list[Archived]:
        """Return every archived conversation of the period, read from the archive."""
        start = datetime(2026, 6, 1, tzinfo=ZONE)
        period = Period(start, start + timedelta(days=3))
        found = [self.archive.get(one.id) for one in self.archive.search(period)]
        return [one for one in found if one]


@contextmanager
def house() -> Iterator[House]:
    """Yield a bank in one connection's memory, which threads share."""
    engine = sa.create_engine(
        "sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False}
    )
    try:
        yield House(engine)
    finally:
        engine.dispose()


def played(number: int, talk: tuple[Any, ...]) -> Archived:
    """Play a random conversation; a step that nobody could take at that point is left out."""
    steps, hours, by = talk
    made = Talk(f"c{number}", now=NOON + timedelta(hours=hours))
    for (act, what), route, after in steps:
        if act == "asks":
            made.asks(what, route if made.owner == "bot" else None, after)
        elif act == "says" and made.owner == "agent":
            made.says(what, after)
        elif act == "says" and made.owner == "bot":
            made.bot(what)
        elif act == "warns" and made.owner != "queue":
            made.warns(what)
        elif act == "calls" and made.owner == "bot":
            made.calls(what, after)
        elif act == "taken" and made.owner in {"queue", "agent"}:
            made.taken(what, after)
        elif act == "back" and made.owner == "agent":
            made.own(what, why=what, after=after)
    return made.closed(by)


@given(TALKS, SCORES)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_the_numbers_reconcile_with_the_archive(
    talks: list[tuple[Any, ...]], scores: list[tuple[int, int]]
) -> None:
    with house() as bank:
        for number, talk in enumerate(talks):
            bank.archive.put(played(number, talk))
        for number, (score, hours) in enumerate(scores):
            at = NOON + timedelta(hours=hours)
            bank.surveys.put(Survey(f"{KEY}-{number}", KEY, score, "", at))
        report = await bank.report()
        archive = bank.read()
        check(report.figures, [recounted(one) for one in archive])
        start = datetime(2026, 6, 1, tzinfo=ZONE)
        inside = [
            score
            for score, hours in scores
            if start <= NOON + timedelta(hours=hours) < start + timedelta(days=3)
        ]
        assert report.figures.content == Share(sum(s >= 4 for s in inside), len(inside))
        mean = report.figures.satisfaction
        assert mean == (pytest.approx(sum(inside) / len(inside)) if inside else None)
        closed = [one.closed_at.astimezone(ZONE).date() for one in archive]
        for day in report.days:
            assert day.conversations == closed.count(day.day)


async def test_what_the_archive_has_no_more_is_not_counted_after_deletion() -> None:
    with house() as bank:
        archived = played(1, ([(("calls", "human"), None, 5)], 0, "silence"))
        bank.archive.put(archived)
        assert (await bank.report()).figures.conversations == 1
        SqlArchiveRecords(bank.engine).delete([archived.id])
        SqlInspections(bank.engine).remove([archived.id])
        assert (await bank.report()).figures.conversations == 0


async def test_complaints_are_held_to_their_deadlines() -> None:
    with house() as bank:
        in_time = bank.tickets.open(first(f"{KEY}-1", NOON - timedelta(days=10)))
        too_late = bank.tickets.open(first(f"{KEY}-2", NOON - timedelta(days=30)))
        bank.tickets.open(first(f"{KEY}-3", NOON - timedelta(days=40)))
        bank.tickets.open(first(f"{KEY}-4", NOON))
        for ticket in (in_time, too_late):
            reply = Event(EventKind.REPLIED, NOON + SECOND, "qin", {"parts": PARTS})
            bank.tickets.append((ticket, reply))
        complaints = (await bank.report()).figures.complaints
        assert complaints.in_time == Share(1, 2)
        assert (complaints.running, complaints.late) == (2, 1)


async def test_numbers_survive_a_restart_and_a_second_inspection(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    before = House(sa.create_engine(url))
    before.archive.put(
        played(1, ([(("calls", "human"), None, 5), (("taken", "zhou"), None, 9)], 0, "zhou"))
    )
    first_report = await before.report()
    before.engine.dispose()
    after = House(sa.create_engine(url))
    assert await after.report() == first_report
    after.engine.dispose()


async def test_on_postgresql_too(request: pytest.FixtureRequest) -> None:
    engine = sa.create_engine(str(request.getfixturevalue("postgresql_server")))
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    bank = House(engine)
    steps = [
        (("calls", "human"), None, 5),
        (("taken", "zhou"), None, 9),
        (("says", "您好"), None, 3),
    ]
    bank.archive.put(played(1, (steps, 0, "zhou")))
    bank.archive.put(played(2, ([(("calls", "fraud"), None, 5)], 1, "silence")))
    report = await bank.report()
    check(report.figures, [recounted(one) for one in bank.read()])
    assert report.figures.connection == Share(1, 2)
    engine.dispose()
