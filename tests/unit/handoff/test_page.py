"""The desk's page without a browser: sentences that were refused, and a crowd in line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest
from nicegui import Client, ElementFilter, core, ui
from nicegui.testing import User, user_simulation

from conversation.approved import Approved
from conversation.errors import StoreUnavailable
from conversation.memory import MemoryConversations
from conversation.message import Message
from handoff.accounts import Accounts
from handoff.canned import CannedReplies
from handoff.desk.board import Board
from handoff.desk.composer import Composer
from handoff.desk.metrics import Metrics
from handoff.desk.page import DeskPage
from handoff.desk.parts import Parts
from handoff.desk.settings import DeskSettings
from handoff.labels import Labels
from handoff.memory_accounts import MemoryAccounts
from handoff.service_levels import ServiceLevels, Wait
from handoff.supervision import Supervision
from tests.unit.handoff.room import ZHOU, Room
from tests.unit.handoff.tickets.test_pages import Here, Logged

if TYPE_CHECKING:
    from handoff.desk.sessions import Sessions

HUNDRED = 100


class Slow(MemoryConversations):
    """Says nothing until it is let: then that it cannot."""

    def __init__(self, *parts: object) -> None:
        """Wait for `go`; `asked` counts who waits."""
        super().__init__(*parts)  # type: ignore[arg-type]
        self.slow = False
        self.asked = asyncio.Semaphore(0)
        self.go = asyncio.Event()

    async def send(self, approved: Approved, *, once: str = "") -> list[Message]:
        """Refuse, late, what an agent says while it is slow."""
        if not self.slow:
            return await super().send(approved, once=once)
        self.asked.release()
        await self.go.wait()
        raise StoreUnavailable


@dataclass
class Desk:
    """One agent's page, with two customers."""

    user: User
    room: Room
    slow: Slow
    parts: Parts
    ids: list[str]
    pages: list[DeskPage] = field(default_factory=list)

    async def selects(self, identifier: str) -> None:
        """Open a conversation on the page."""
        with self.user:
            await self.pages[0].select(identifier)

    @property
    def composer(self) -> Composer:
        """Where the agent writes."""
        return self.pages[0]._view.composer  # noqa: SLF001 - the page's own field

    def sends(self, said: str) -> asyncio.Task[None]:
        """Write, and press the button."""
        with self.user:
            self.composer.fill(said)
            return asyncio.create_task(
                self.composer._submit()  # noqa: SLF001 - the button's own deed
            )


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    room = Room()
    slow = Slow(room.seal, room.clock)
    room.conversations = slow
    room.desk = replace(room.desk, conversations=slow)
    store = MemoryAccounts()
    store.add(ZHOU, "hash")
    logged = Logged(ZHOU)
    sessions = cast("Sessions", Here(logged))
    parts = Parts(
        *(room.desk, sessions, Board(room.desk), DeskSettings(), Labels.load(), Metrics()),
        *(ServiceLevels.load(), Supervision(room.desk, Accounts(store)), CannedReplies.load()),
    )
    ids = [await room.waits(name) for name in "ab"]
    for _ in ids:
        await room.desk.claim(ZHOU)
    async with user_simulation() as user:
        made = Desk(user, room, slow, parts, ids)

        @ui.page("/")
        async def show(client: Client) -> None:
            made.pages.append(DeskPage(parts, ZHOU, client))
            await made.pages[-1].start("")

        await user.open("/")
        yield made
    core.app.middleware_stack = None
    core.app.user_middleware.clear()


async def test_what_was_refused_goes_back_to_the_conversation_it_was_written_for(
    desk: Desk,
) -> None:
    first, second = desk.ids
    desk.slow.slow = True
    await desk.selects(first)
    sending = desk.sends("给甲的话")
    await desk.slow.asked.acquire()
    await desk.selects(second)
    desk.composer.fill("给乙的话")
    desk.slow.go.set()
    await sending
    assert desk.composer.value == "给乙的话"
    await desk.selects(first)
    assert desk.composer.value == "给甲的话"
    await desk.selects(second)
    assert desk.composer.value == "给乙的话"
    await desk.user.should_see("已退回该会话的草稿")


async def test_what_was_refused_stands_before_what_was_begun_since(desk: Desk) -> None:
    desk.slow.slow = True
    await desk.selects(desk.ids[0])
    sending = desk.sends("第一句")
    await desk.slow.asked.acquire()
    desk.composer.fill("第二句")
    desk.slow.go.set()
    await sending
    assert desk.composer.value == "第一句\n第二句"


async def test_the_same_words_may_go_to_two_customers_at_once(desk: Desk) -> None:
    desk.slow.slow = True
    sending = []
    for identifier in desk.ids:
        await desk.selects(identifier)
        sending.append(desk.sends("您好"))
        await desk.slow.asked.acquire()
    desk.slow.go.set()
    await asyncio.gather(*sending)
    for identifier in desk.ids:
        assert desk.parts.drafts[ZHOU.login, identifier] == "您好"


async def test_two_hundred_conversations_are_shown_in_order_and_coloured(desk: Desk) -> None:
    room, started = desk.room, datetime.now(UTC)
    veteran = replace(ZHOU, load_limit=HUNDRED)
    room.now = started - timedelta(minutes=30)
    for number in range(HUNDRED - len(desk.ids)):
        await room.waits(f"held{number}")
        await room.desk.claim(veteran)
    for number in range(HUNDRED):
        room.now = started - timedelta(seconds=4 * (HUNDRED - number))
        await room.waits(f"line{number}")
    await desk.user.open("/")
    with desk.user:
        waits = shown("queue-waited")
        order = [Wait.BREACHED, Wait.PRESSING, Wait.WITHIN]
        colours = [next(wait for wait in order if wait.value in one.classes) for one in waits]
        assert len(shown("queue-item")) == len(shown("conversation-item")) == HUNDRED
    # Who has waited longest stands first.
    assert colours == sorted(colours, key=order.index)
    assert set(colours) == set(order)


def shown(testid: str) -> list[ui.element]:
    """Return a page's elements, in the order in which they stand."""
    every = ElementFilter(kind=ui.element, local_scope=False)
    return [one for one in every if one.props.get("data-testid") == testid]
