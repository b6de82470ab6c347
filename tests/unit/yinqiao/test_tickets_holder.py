"""What is kept about complaints: exported whole, erased when the law lets it, purged in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from compliance.rights.holds import Hold, Holding
from compliance.rights.terms import Keep, Kind, Term
from handoff.tickets.tasks import TaskKind
from tests.unit.handoff.tickets.desk import TicketDesk
from tests.unit.handoff.tickets.people import KEY, NOON, PARTS, QIN
from yinqiao.retention.tickets import TicketsHolder

OTHER = "f" * 16
TERMS = {Kind.COMPLAINTS: Term(1095, 1095), Kind.CONVERSATIONS: Term(365, 184)}
DAY = timedelta(days=1)


@pytest.fixture
def desk() -> TicketDesk:
    return TicketDesk()


@pytest.fixture
def holder(desk: TicketDesk) -> TicketsHolder:
    return TicketsHolder(desk.store, desk.follow_up.tasks, desk.follow_up.surveys)


def keep(now: datetime, *subjects: str) -> Keep:
    return Keep(now, TERMS, Holding.of(Hold(each, "li", "诉讼", NOON) for each in subjects))


async def ended(desk: TicketDesk) -> str:
    """Let a complaint be answered, the customer be called, and the survey be filled in."""
    ticket = await desk.handled()
    await desk.service.reply(QIN, ticket.number, PARTS)
    [callback] = await desk.follow_up.callbacks()
    await desk.follow_up.done(QIN, callback.id, "已告知")
    await desk.follow_up.rate(f"{KEY}-1", 4, "还行")
    await desk.opened(f"{OTHER}-1", OTHER)
    return ticket.number


async def test_everything_of_one_customer_is_exported(
    desk: TicketDesk, holder: TicketsHolder
) -> None:
    number = await ended(desk)
    ticket, task, survey = await holder.export(KEY)
    assert (ticket["number"], ticket["reply"]) == (number, PARTS)
    assert "告知客户" in task["task"]
    assert survey["comment"] == "还行"


async def test_a_wish_to_delete_leaves_what_the_law_keeps(
    desk: TicketDesk, holder: TicketsHolder
) -> None:
    await ended(desk)
    soon = await holder.erase(KEY, keep(NOON + 10 * DAY))
    assert (soon.deleted, soon.restricted, soon.held) == (1, 2, 0)
    later = await holder.erase(KEY, keep(NOON + 1096 * DAY))
    assert (later.deleted, later.restricted) == (2, 0)
    assert await holder.export(KEY) == []
    assert len(await holder.export(OTHER)) == 1


@pytest.mark.parametrize("subject", [KEY, f"{KEY}-1"])
async def test_a_hold_keeps_it(desk: TicketDesk, holder: TicketsHolder, subject: str) -> None:
    await ended(desk)
    tally = await holder.erase(KEY, keep(NOON + 2000 * DAY, subject))
    assert tally.held >= 2
    assert (await holder.export(KEY))[0]["conversations"] == [f"{KEY}-1"]


async def test_what_has_had_its_term_goes_and_what_runs_stays(
    desk: TicketDesk, holder: TicketsHolder
) -> None:
    await ended(desk)
    await desk.follow_up.open(TaskKind.FINDING, "TS1", "补齐话术", NOON)
    assert (await holder.expire(keep(NOON + 364 * DAY), dry_run=False)).deleted == 0
    late = keep(NOON + 1096 * DAY)
    assert (await holder.expire(late, dry_run=True)).deleted == 3
    assert (await holder.expire(late, dry_run=False)).deleted == 3
    assert (await holder.expire(late, dry_run=False)).deleted == 0
    assert len(await holder.export(OTHER)) == 1
    assert len(await desk.follow_up.pending()) == 1
