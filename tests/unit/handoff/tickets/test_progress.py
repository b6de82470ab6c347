"""What a customer is told of a complaint."""

from __future__ import annotations

import pytest

from handoff.tickets.progress import normal
from tests.unit.handoff.tickets.desk import TicketDesk
from tests.unit.handoff.tickets.people import KEY, PARTS, QIN


@pytest.fixture
def desk() -> TicketDesk:
    return TicketDesk()


async def test_the_customer_and_nobody_else_is_told_the_state(desk: TicketDesk) -> None:
    ticket = await desk.handled()
    told = (await desk.progress.by_number(KEY, " ts20260601 0001 ")).words
    assert ticket.number in told
    assert "2026年6月16日" in told
    unknown = await desk.progress.by_number(KEY, "TS20260601-0002")
    assert not unknown.known
    assert await desk.progress.by_number("f" * 16, ticket.number) == unknown
    assert await desk.progress.by_number(KEY, "没有号") == unknown
    await desk.service.reply(QIN, ticket.number, PARTS)
    assert "已处理完毕" in (await desk.progress.by_number(KEY, ticket.number)).words


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("TS20260601-0001", "TS20260601-0001"),
        ("单号是ｔｓ２０２６０６０１００１２，请查", "TS20260601-0012"),
        ("TS2026", ""),
        ("", ""),
    ],
)
def test_numbers_are_read_however_they_are_written(written: str, number: str) -> None:
    assert normal(written) == number


async def test_without_a_number_the_customers_own_running_ones_are_told(desk: TicketDesk) -> None:
    assert await desk.progress.running(KEY) == []
    first = await desk.handled()
    second = await desk.opened(f"{KEY}-2")
    await desk.opened("f" * 16 + "-1", "f" * 16)
    told = [one.words for one in await desk.progress.running(KEY)]
    assert [second.number in told[0], first.number in told[1]] == [True, True]
    await desk.service.reply(QIN, first.number, PARTS)
    assert len(await desk.progress.running(KEY)) == 1
