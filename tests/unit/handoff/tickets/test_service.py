"""The ticket service: what is kept, proved, told, and done afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversation.errors import Blocked
from handoff.tickets.deeds import Deeds
from handoff.tickets.errors import (
    CannotMerge,
    Forbidden,
    Incomplete,
    TicketChanged,
    UnknownTicket,
)
from handoff.tickets.events import Event, Kind
from handoff.tickets.store import Wanted
from handoff.tickets.sweeper import TicketSweeper
from handoff.tickets.ticket import Status, Ticket
from tests.unit.handoff.tickets.desk import TicketDesk
from tests.unit.handoff.tickets.people import GU, KEY, NOON, OUT, PARTS, QIN, RULES, TAO

DAY = timedelta(days=1)


@pytest.fixture
def desk() -> TicketDesk:
    return TicketDesk()


def paused(deeds: Deeds, ticket: Ticket) -> Event:
    return deeds.pause(ticket, "笔迹鉴定，电话 13800138000")


async def test_a_complaint_opens_one_ticket_and_is_redacted(desk: TicketDesk) -> None:
    ticket = await desk.opened()
    assert await desk.opened() == ticket
    assert ticket.intake.facts == "多收了手续费，电话 138****8000"
    held = await desk.handled()
    after = await desk.service.do(QIN, held.number, paused)
    assert "13800138000" not in str(after.history)


async def test_everything_is_proved_once_without_personal_data(desk: TicketDesk) -> None:
    await desk.handled()
    assert desk.trail.kinds == ["ticket.opened", "ticket.assigned"]
    await desk.service.settle()
    assert len(desk.trail.rows) == 2
    assert "手续费" not in str(desk.trail.rows)
    assert KEY not in str(desk.trail.rows.values())


async def test_a_deed_stands_while_the_trail_is_down_and_is_proved_later(desk: TicketDesk) -> None:
    desk.trail.down = True
    ticket = await desk.handled()
    assert ticket.handler == "qin"
    assert desk.trail.rows == {}
    desk.trail.down = False
    assert await desk.service.settle() == 2
    assert desk.trail.kinds == ["ticket.opened", "ticket.assigned"]


async def test_a_page_that_is_behind_is_told(desk: TicketDesk) -> None:
    ticket = await desk.handled()
    await desk.service.do(QIN, ticket.number, paused, seen=ticket.version)
    with pytest.raises(TicketChanged):
        await desk.service.do(QIN, ticket.number, lambda d, t: d.resume(t), seen=ticket.version)


async def test_who_does_not_work_on_complaints_sees_none(desk: TicketDesk) -> None:
    ticket = await desk.opened()
    with pytest.raises(Forbidden):
        await desk.service.get(OUT, ticket.number)
    with pytest.raises(Forbidden):
        await desk.service.find(OUT, Wanted())
    assert await desk.service.get(TAO, ticket.number) == ticket
    with pytest.raises(UnknownTicket):
        await desk.service.get(TAO, "TS1")


async def test_the_soonest_due_comes_first(desk: TicketDesk) -> None:
    old = await desk.opened()
    desk.now += DAY
    new = await desk.opened(f"{KEY}-2")
    assert await desk.service.find(GU, Wanted()) == [old, new]
    old = await desk.service.do(GU, old.number, lambda d, t: d.declare_complex(t, "复杂"))
    assert await desk.service.find(GU, Wanted()) == [new, old]


async def test_a_reply_is_complete_and_says_nothing_forbidden(desk: TicketDesk) -> None:
    ticket = await desk.handled()
    with pytest.raises(Blocked):
        await desk.service.reply(QIN, ticket.number, PARTS | {"result": "本产品保本，请放心"})
    with pytest.raises(Incomplete):
        await desk.service.reply(QIN, ticket.number, PARTS | {"court": ""})
    assert (await desk.service.get(QIN, ticket.number)).running
    assert (await desk.service.reply(QIN, ticket.number, PARTS)).status is Status.REPLIED


async def test_a_reply_asks_its_handler_to_call_the_customer_once(desk: TicketDesk) -> None:
    ticket = await desk.handled()
    desk.trail.down = True
    await desk.service.reply(QIN, ticket.number, PARTS)
    assert await desk.follow_up.callbacks() == []
    desk.trail.down = False
    await desk.service.settle()
    await desk.service.settle()
    [callback] = await desk.follow_up.callbacks()
    assert (callback.owner, callback.subject) == ("qin", ticket.number)
    assert callback.due == desk.service.due(ticket)


async def test_a_repeat_joins_the_one_running_ticket(desk: TicketDesk) -> None:
    assert await desk.service.repeat(f"{KEY}-2", KEY, NOON) is None
    ticket = await desk.opened()
    joined = await desk.service.repeat(f"{KEY}-2", KEY, NOON)
    assert joined is not None
    assert joined.number == ticket.number
    assert await desk.service.repeat(f"{KEY}-2", KEY, NOON) == joined
    assert await desk.opened(f"{KEY}-2") == joined
    await desk.opened(f"{KEY}-3")
    assert await desk.service.repeat(f"{KEY}-4", KEY, NOON) is None


async def test_merging_keeps_the_earlier_clock(desk: TicketDesk) -> None:
    old = await desk.opened()
    desk.now += DAY
    new = await desk.opened(f"{KEY}-2")
    with pytest.raises(CannotMerge):
        await desk.service.merge(GU, old.number, new.number)
    after = await desk.service.merge(GU, new.number, old.number)
    assert after.clock == old.clock
    assert (await desk.service.get(GU, new.number)).status is Status.MERGED


async def test_a_reply_is_sent_to_the_customer_once(desk: TicketDesk) -> None:
    ticket = await desk.handled()
    await desk.service.reply(QIN, ticket.number, PARTS)
    await desk.service.settle()
    [letter] = desk.letters.sent.values()
    assert letter == f"{ticket.number}: {'|'.join(part.name for part in RULES.reply.parts)}"


async def test_what_a_customer_adds_stands_in_the_ticket_once(desk: TicketDesk) -> None:
    ticket = await desk.opened()
    for _ in range(2):
        await desk.service.add(f"{KEY}-1", {"when": "上周三，13800138000"}, NOON)
        await desk.service.add(f"{KEY}-1", {"branch": "城东支行", "demand": "退费"}, NOON)
    after = await desk.service.get(GU, ticket.number)
    assert after.intake.facts == f"{ticket.intake.facts}\n发生时间：上周三，138****8000"
    assert (after.intake.branch, after.intake.demand) == ("城东支行", "退费")
    assert after.version == ticket.version + 2


async def test_nothing_is_added_where_no_complaint_runs(desk: TicketDesk) -> None:
    await desk.service.add(f"{KEY}-1", {"demand": "退费"}, NOON)
    ticket = await desk.handled()
    replied = await desk.service.reply(QIN, ticket.number, PARTS)
    await desk.service.add(f"{KEY}-1", {"demand": "退费"}, NOON)
    assert (await desk.service.get(GU, ticket.number)).version == replied.version


async def reminders(desk: TicketDesk, number: str) -> list[tuple[int, str]]:
    """Sweep twice, and return the marks of a ticket so far."""
    sweeper = TicketSweeper(desk.service)
    await sweeper.sweep()
    await sweeper.sweep()
    history = (await desk.service.get(GU, number)).history
    return [(e.data["days"], e.data["to"]) for e in history if e.kind is Kind.REMINDED]


async def test_every_mark_is_told_once_the_supervisor_at_the_end(desk: TicketDesk) -> None:
    ticket = await desk.handled()
    due = desk.service.due(ticket)
    told = []
    for before, expected in ((6, []), (5, [(5, "handler")]), (2, [(2, "handler")])):
        desk.now = due - before * DAY
        told += expected
        assert await reminders(desk, ticket.number) == told
    desk.now = due
    assert await reminders(desk, ticket.number) == [*told, (0, "supervisor")]
    assert desk.trail.kinds.count("ticket.reminded") == 3


async def test_a_longer_deadline_is_reminded_of_anew(desk: TicketDesk) -> None:
    ticket = await desk.handled()
    desk.now = desk.service.due(ticket) - 2 * DAY
    assert await reminders(desk, ticket.number) == [(2, "handler")]
    await desk.service.do(QIN, ticket.number, lambda d, t: d.declare_complex(t, "复杂"))
    assert await reminders(desk, ticket.number) == [(2, "handler")]
    desk.now += 15 * DAY
    assert await reminders(desk, ticket.number) == [(2, "handler"), (2, "handler")]


async def test_a_standing_clock_and_an_answered_complaint_are_not_reminded_of(
    desk: TicketDesk,
) -> None:
    ticket = await desk.handled()
    await desk.service.do(QIN, ticket.number, paused)
    desk.now += 60 * DAY
    assert await reminders(desk, ticket.number) == []
    await desk.service.do(QIN, ticket.number, lambda d, t: d.resume(t))
    assert await reminders(desk, ticket.number) == []
    await desk.service.reply(QIN, ticket.number, PARTS)
    desk.now += 60 * DAY
    assert await reminders(desk, ticket.number) == []
