"""Customers of a group that nobody may serve fall back, and everybody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from conversation.conversation import Reason
from handoff.accounts import Account, Accounts
from handoff.desk.board import Board
from handoff.errors import NotQualified
from handoff.memory_accounts import MemoryAccounts
from handoff.overview import group_lines
from handoff.qualifications import Qualification
from handoff.service_levels import ServiceLevels
from handoff.supervision import Supervision
from handoff.transfers import Transfers
from handoff.unmanned import Unmanned
from tests.unit.handoff.room import GU, LIN, ZHOU, Room

PATIENCE = timedelta(seconds=60)
PASSED = frozenset({Qualification("fund", date(2099, 1, 1))})
OVER = frozenset({Qualification("fund", date(2026, 5, 31))})
FUNDS = replace(ZHOU, login="funds", groups=frozenset({"fund"}), qualifications=PASSED)
BEYOND = replace(FUNDS, qualifications=OVER)
NIGHT = datetime(2026, 6, 1, 18, tzinfo=UTC)  # two in the morning in the bank's zone


@pytest.fixture
async def room() -> Room:
    """Return a room with 周晓 of the general group at the desk."""
    room = Room()
    await room.desk.at_desk(ZHOU)
    return room


async def about_funds(room: Room) -> str:
    return await room.waits("a", Reason.BOT_UNABLE, "基金亏了怎么办")


async def later(room: Room, watch: Unmanned, *present: Account) -> list[str]:
    """Let the patience pass, with somebody at the desk; returns what was moved."""
    await watch.fall_back(room.now)
    room.now += PATIENCE
    for account in present:
        await room.desk.at_desk(account)
    return [one.conversation_id for one in await watch.fall_back(room.now)]


async def test_it_falls_to_general_with_a_note_and_a_record(room: Room) -> None:
    identifier = await about_funds(room)
    assert await later(room, Unmanned(room.desk), ZHOU) == [identifier]
    assert (await room.desk.claim(ZHOU)).id == identifier
    (note,) = [m for m in await room.desk.read(identifier) if m.data.get("event") == "note"]
    assert "基金服务组" in str(note.data["text"])
    assert not note.for_customer
    assert "desk.fall_back" in room.book.kinds


async def test_it_waits_while_a_qualified_agent_is_there(room: Room) -> None:
    identifier = await about_funds(room)
    await room.desk.at_desk(FUNDS)
    assert await later(room, Unmanned(room.desk), FUNDS) == []
    assert (await room.desk.claim(FUNDS)).id == identifier


async def test_an_expired_qualification_mans_nothing(room: Room) -> None:
    identifier = await about_funds(room)
    assert await later(room, Unmanned(room.desk), BEYOND) == [identifier]


async def test_who_comes_back_in_time_finds_the_customer(room: Room) -> None:
    await about_funds(room)
    watch = Unmanned(room.desk)
    await watch.fall_back(room.now)
    room.now += PATIENCE / 2
    await room.desk.at_desk(FUNDS)
    assert await later(room, watch, FUNDS) == []


async def test_nobody_falls_back_when_the_group_is_closed(room: Room) -> None:
    room.now = NIGHT
    await about_funds(room)
    assert await later(room, Unmanned(room.desk)) == []


async def test_a_group_that_may_wait_waits(room: Room) -> None:
    await room.waits("a", Reason.COMPLAINT)
    assert await later(room, Unmanned(room.desk)) == []


async def test_the_board_raises_an_alarm(room: Room) -> None:
    async def alarms() -> set[str]:
        routing, levels = room.desk.routing, ServiceLevels.load()
        agents = await room.desk.queue.roster()
        lines = group_lines([], agents, routing, levels, room.now)
        return {line.group for line in lines if line.unmanned}

    assert await alarms() == {"complaints", "fraud", "fund", "insurance"}
    await room.desk.at_desk(BEYOND)
    assert "fund" in await alarms()
    await room.desk.at_desk(FUNDS)
    await room.desk.at_desk(LIN)
    assert await alarms() == {"fraud", "insurance"}
    room.now = NIGHT
    assert await alarms() == {"fraud"}


async def test_the_board_moves_them_at_its_steps(room: Room) -> None:
    identifier = await about_funds(room)
    falls = room.desk.routing.groups["fund"].model_copy(update={"unmanned_seconds": 0})
    routing = replace(room.desk.routing, groups=room.desk.routing.groups | {"fund": falls})
    hours = routing.hours.model_copy(update={"always": frozenset({"fund"})})
    room.desk = replace(room.desk, routing=replace(routing, hours=hours))
    board = Board(room.desk)
    await board.step()
    assert [(one.conversation_id, one.group) for one in board.waiting] == [(identifier, "general")]


async def test_neither_transfer_nor_supervisor_gives_it_to_who_may_not(room: Room) -> None:
    identifier = await about_funds(room)
    for account in (FUNDS, LIN, GU):
        await room.desk.at_desk(account)
    with pytest.raises(NotQualified):
        await room.desk.claim(GU, identifier)
    supervision = Supervision(room.desk, Accounts(MemoryAccounts()))
    with pytest.raises(NotQualified):
        await supervision.take_over(GU, identifier)
    await room.desk.claim(FUNDS)
    with pytest.raises(NotQualified):
        await Transfers(room.desk).to_agent(FUNDS, identifier, "lin")
    with pytest.raises(NotQualified):
        await supervision.reassign(GU, identifier, "lin")
    assert (await room.desk.get(identifier)).agent == "funds"
