"""Tasks and surveys: who does them, who verifies them, what a low score leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.tickets.errors import Forbidden, NotAllowed, SamePerson, UnknownTicket
from handoff.tickets.tasks import Task, TaskKind, TaskState
from tests.unit.handoff.tickets.desk import TicketDesk
from tests.unit.handoff.tickets.people import BAI, GU, KEY, NOON, QIN, TAO

DAY = timedelta(days=1)


@pytest.fixture
def desk() -> TicketDesk:
    return TicketDesk()


async def asked(desk: TicketDesk, kind: TaskKind = TaskKind.FINDING, owner: str = "qin") -> Task:
    return await desk.follow_up.open(kind, "TS1", "补齐话术", NOON + DAY, by="gu", owner=owner)


async def test_a_finding_is_done_by_its_owner_and_verified_by_another(desk: TicketDesk) -> None:
    task = await asked(desk)
    with pytest.raises(Forbidden):
        await desk.follow_up.done(TAO, task.id, "已补齐")
    done = await desk.follow_up.done(QIN, task.id, "已补齐，13800138000")
    assert (done.state, done.result, done.over) == (TaskState.DONE, "已补齐，138****8000", False)
    with pytest.raises(Forbidden):
        await desk.follow_up.verify(QIN, task.id, holds=True)
    verified = await desk.follow_up.verify(GU, task.id, holds=True)
    assert verified.over
    assert await desk.follow_up.pending() == []
    assert desk.trail.kinds == ["task.open", "task.done", "task.verified"]


async def test_nobody_verifies_their_own_work(desk: TicketDesk) -> None:
    task = await asked(desk)
    await desk.follow_up.done(GU, task.id, "已补齐")
    with pytest.raises(SamePerson):
        await desk.follow_up.verify(GU, task.id, holds=True)
    again = await desk.follow_up.verify(BAI, task.id, holds=False)
    assert (again.state, again.done_by, again.late(NOON + DAY)) == (TaskState.OPEN, "", True)


async def test_a_callback_ends_when_it_is_done(desk: TicketDesk) -> None:
    task = await asked(desk, TaskKind.CALLBACK)
    assert await desk.follow_up.callbacks() == [task]
    done = await desk.follow_up.done(QIN, task.id, "已电话告知")
    assert done.over
    assert not done.late(NOON + 9 * DAY)
    with pytest.raises(NotAllowed):
        await desk.follow_up.verify(GU, task.id, holds=True)
    with pytest.raises(NotAllowed):
        await desk.follow_up.done(QIN, task.id, "再告知")


async def test_what_nobody_has_may_be_taken(desk: TicketDesk) -> None:
    task = await asked(desk, owner="")
    assert (await desk.follow_up.give(QIN, task.id, QIN)).owner == "qin"
    for giver, receiver in ((TAO, TAO), (QIN, TAO)):
        with pytest.raises(Forbidden):
            await desk.follow_up.give(giver, task.id, receiver)
    assert (await desk.follow_up.give(GU, task.id, TAO)).owner == "tao"
    with pytest.raises(UnknownTicket):
        await desk.follow_up.give(GU, "none", TAO)


async def test_words_are_needed(desk: TicketDesk) -> None:
    task = await asked(desk)
    with pytest.raises(ValueError, match="needed"):
        await desk.follow_up.done(QIN, task.id, " ")
    with pytest.raises(ValueError, match="needed"):
        await desk.follow_up.open(TaskKind.FOLLOW_UP, "TS1", " ", NOON)


async def test_a_low_score_opens_one_improvement(desk: TicketDesk) -> None:
    survey = await desk.follow_up.rate(f"{KEY}-1", 2, "等太久，13800138000")
    assert survey.comment == "等太久，138****8000"
    assert (await desk.follow_up.rate(f"{KEY}-1", 5)).score == 2
    [task] = await desk.follow_up.pending()
    assert (task.kind, task.due) == (TaskKind.IMPROVEMENT, NOON + 7 * DAY)


async def test_a_comment_that_follows_a_low_score_is_in_its_improvement(desk: TicketDesk) -> None:
    await desk.follow_up.comment(f"{KEY}-1", "没有评分")
    await desk.follow_up.rate(f"{KEY}-1", 1)
    for _ in range(2):
        await desk.follow_up.comment(f"{KEY}-1", "等太久，13800138000")
    [task] = await desk.follow_up.pending()
    assert (task.what, task.version) == ("1 分：等太久，138****8000", 2)
    changes = [kind for kind in desk.trail.kinds if kind.startswith("task.")]
    assert changes == ["task.open", "task.described"]


async def test_a_message_asks_for_one_call(desk: TicketDesk) -> None:
    for _ in range(2):
        await desk.follow_up.call_back(f"{KEY}-1", "问利率，13800138000", NOON, "message:1")
    [task] = await desk.follow_up.callbacks()
    assert (task.what, task.due) == ("问利率，138****8000", NOON + DAY)
    assert (task.subject, task.customer_key) == (f"{KEY}-1", KEY)


async def test_a_good_score_opens_nothing(desk: TicketDesk) -> None:
    await desk.follow_up.rate(f"{KEY}-1", 3)
    assert await desk.follow_up.pending() == []
    for wrong in (0, 6):
        with pytest.raises(ValueError, match="1 to 5"):
            await desk.follow_up.rate(f"{KEY}-2", wrong)
