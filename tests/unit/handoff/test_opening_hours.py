"""When people serve, what customers are told outside these hours, and how long they wait."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conversation.conversation import Reason
from conversation.settle import Settler
from conversation.utterances import Utterances
from handoff.errors import BadContent
from handoff.opening_hours import OpeningHours
from handoff.waiting_time import LOOKED_AT, estimate
from tests.unit.handoff.people import queued
from tests.unit.handoff.room import Room, TinyGate

HOURS = OpeningHours.load()
ZONE = ZoneInfo(HOURS.zone)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)
EVE, NEW_YEAR = date(2027, 2, 5), date(2027, 2, 6)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(MONDAY, 7, 59), at(MONDAY, 8)),
        (at(MONDAY, 8), None),
        (at(MONDAY, 21, 59), None),
        (at(MONDAY, 22), at(TUESDAY, 8)),
        (at(EVE, 8, 30), at(EVE, 9)),
        (at(EVE, 17), at(NEW_YEAR + timedelta(days=1), 8)),
        (at(NEW_YEAR, 12), at(NEW_YEAR + timedelta(days=1), 8)),
    ],
)
def test_hours_holidays_and_the_next_opening(moment: datetime, opens: datetime | None) -> None:
    assert HOURS.opens("general", moment) == opens
    assert HOURS.opens("general", moment.astimezone(ZoneInfo("UTC"))) == opens
    assert HOURS.opens("fraud", moment) is None


@pytest.mark.parametrize("hours", ['["22:00", "08:00"]', '["08:00"]', '["8h", "9h"]'])
def test_hours_that_make_no_sense_are_refused(tmp_path: Path, hours: str) -> None:
    path = tmp_path / "hours.yml"
    path.write_text(
        "source: x\nreview: 2027-01-01\nzone: Asia/Shanghai\nspecial: {}\nalways: []\n"
        f"weekly: [{hours}, [], [], [], [], [], []]\n",
        "utf-8",
    )
    with pytest.raises(BadContent, match="weekly"):
        OpeningHours.load(path)


async def told(room: Room, reason: Reason) -> str:
    """Let a customer ask for a person; return what the house says of the line."""
    identifier = await room.waits(f"customer-{reason}", reason)
    parts = (room.conversations, room.turns, TinyGate(room.seal), room.queue)
    await Settler(*parts, room.book, Utterances.load()).settle(identifier)
    return (await room.texts(identifier))[-1]


async def test_outside_the_hours_a_call_back_is_offered_and_fraud_reaches_people() -> None:
    room = Room()
    room.now = at(MONDAY, 23)
    assert "6月2日08:00" in await told(room, Reason.HUMAN)
    assert "回电" in await told(room, Reason.COMPLAINT)
    assert "不在人工服务时间" not in await told(room, Reason.FRAUD)
    (fraud,) = await room.queue.waiting("fraud")
    assert fraud.priority == 1


async def test_the_estimate_is_told_once_there_is_a_pace() -> None:
    room = Room()
    room.now = at(MONDAY, 12)
    assert "预计" not in await told(room, Reason.HUMAN)
    for number in range(3):
        await room.queue.enqueue(queued(f"c{number}"))
    for _ in range(3):
        await room.queue.claim("zhou", ["general"], 9)
        room.now += timedelta(minutes=2)
    line = await told(room, Reason.BOT_UNABLE)
    assert "第 2 位，预计还需等待约 4 分钟" in line


def test_a_line_that_stands_still_is_said_to_be_slow() -> None:
    minute = timedelta(minutes=1)
    steady = [60.0, 120.0, 180.0, 240.0]
    assert estimate(1, steady) == minute
    assert estimate(3, steady) == 3 * minute
    stalled = [age + 600 for age in steady]
    assert estimate(1, stalled) == 3.5 * minute


@pytest.mark.parametrize("ages", [[], [1], [1, 2], [1, 2, 31], [40] * LOOKED_AT])
def test_too_few_pick_ups_promise_nothing(ages: list[int]) -> None:
    assert estimate(1, [60.0 * age for age in ages]) is None


async def test_outside_the_hours_a_call_back_is_one_click() -> None:
    room = Room()
    room.now = at(MONDAY, 23)
    identifier = await room.waits("late")
    parts = (room.conversations, room.turns, TinyGate(room.seal), room.queue)
    await Settler(*parts, room.book, Utterances.load()).settle(identifier)
    *_, queued = [m for m in await room.conversations.log(identifier) if m.for_customer]
    assert (queued.options[0].label, queued.options[0].text) == ("留言，请回电", "我要留言")
