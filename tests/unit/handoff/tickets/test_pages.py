"""The ticket pages, driven without a browser: what is shown, allowed, refused and done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest
from nicegui import core, ui
from nicegui.testing import User, user_simulation

from handoff.accounts import Account, Accounts
from handoff.desk.parts import Parts
from handoff.desk.settings import DeskSettings
from handoff.desk.tickets import TicketParts
from handoff.desk.tickets_pages import register
from handoff.labels import Labels
from handoff.memory_accounts import MemoryAccounts
from handoff.tickets.tasks import TaskKind
from handoff.tickets.ticket import Status, Ticket
from tests.unit.handoff.tickets.desk import TicketDesk
from tests.unit.handoff.tickets.people import BAI, GU, KEY, NOON, OUT, PARTS, QIN, TAO

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from handoff.desk.sessions import Sessions


@dataclass
class Logged:
    """Whoever is logged in; sessions have tests of their own."""

    account: Account | None = QIN

    async def account_of(self, _: HTTPConnection) -> Account | None:
        """Return the account."""
        return self.account

    async def still(self, login: str, _: object) -> Account | None:
        """Return the account while the login holds."""
        return self.account if self.account and self.account.login == login else None


class Here:
    """`Sessions` as the pages use them."""

    def __init__(self, logged: Logged) -> None:
        """Answer with whoever is logged in."""
        self.account = logged.account_of
        self.still = logged.still


@dataclass
class Pages:
    """A person at the pages."""

    user: User
    desk: TicketDesk
    logged: Logged

    async def read(self, ticket: Ticket) -> Ticket:
        """Return a ticket as it is now."""
        return await self.desk.service.get(GU, ticket.number)

    async def opens(self, account: Account, path: str) -> None:
        """Open a page as somebody."""
        self.logged.account = account
        await self.user.open(path)

    async def says(self, words: str) -> None:
        """Fill the dialog that is open, and confirm it."""
        dialog = next(e for e in self.user.find(ui.dialog).elements if e.value)
        field = next(each for each in dialog.descendants() if isinstance(each, ui.textarea))
        field.value = words
        self.user.find("确定").click()


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    desk, logged = TicketDesk(), Logged()
    store = MemoryAccounts()
    for account in (QIN, TAO, GU, BAI, OUT):
        store.add(account, "hash")
    async with user_simulation() as user:
        parts = cast(
            "Parts",
            type(
                "Seen",
                (),
                {
                    "sessions": cast("Sessions", Here(logged)),
                    "settings": DeskSettings(tickets="/tickets"),
                    "labels": Labels.load(),
                },
            ),
        )
        register(TicketParts(parts, desk.service, Accounts(store)))
        yield Pages(user, desk, logged)
    # Another test's app may still want to be mounted in this process.
    core.app.middleware_stack = None
    core.app.user_middleware.clear()


async def test_the_list_shows_deadlines_and_filters(pages: Pages) -> None:
    ticket = await pages.desk.handled()
    free = await pages.desk.opened(f"{KEY}-2")
    await pages.opens(QIN, "/tickets")
    await pages.user.should_see(ticket.number)
    await pages.user.should_see("2026-06-16 剩 15 天")
    await pages.opens(QIN, "/tickets?show=mine")
    await pages.user.should_see(ticket.number)
    await pages.user.should_not_see(free.number)
    pages.desk.now = pages.desk.service.due(ticket)
    await pages.opens(QIN, "/tickets?show=late")
    await pages.user.should_see("今日超期")


async def test_an_agent_takes_a_ticket(pages: Pages) -> None:
    ticket = await pages.desk.opened()
    await pages.opens(QIN, f"/tickets/{ticket.number}")
    pages.user.find("由我处理").click()
    await pages.user.should_see("答复客户")
    assert (await pages.read(ticket)).handler == "qin"


async def test_an_incomplete_reply_cannot_be_sent(pages: Pages) -> None:
    ticket = await pages.desk.handled()
    await pages.opens(QIN, f"/tickets/{ticket.number}")
    button = next(iter(pages.user.find("作出答复").elements))
    assert button.props.get("disabled")
    areas = {str(a.props["aria-label"]): a for a in pages.user.find(ui.textarea).elements}
    areas["处理结果"].value = PARTS["result"]
    areas["处理依据与理由"].value = PARTS["reason"]
    assert not button.props.get("disabled")
    areas["监管投诉热线"].value = "请拨打监管热线"
    assert button.props.get("disabled")
    areas["监管投诉热线"].value = PARTS["regulator"]
    pages.user.find("作出答复").click()
    await pages.user.should_see("答复内容")
    assert (await pages.read(ticket)).status is Status.REPLIED


async def test_an_extension_needs_another_supervisor(pages: Pages) -> None:
    ticket = await pages.desk.handled()
    await pages.opens(GU, f"/tickets/{ticket.number}")
    pages.user.find("认定为情况复杂").click()
    await pages.says("涉及多个部门")
    await pages.user.should_see("申请延期")
    pages.user.find("申请延期").click()
    await pages.says("等待录像")
    await pages.user.should_see("顾言 已申请，待批准")
    await pages.user.should_not_see("批准延期")
    await pages.opens(BAI, f"/tickets/{ticket.number}")
    pages.user.find("批准延期").click()
    await pages.user.should_see("已批准，待告知客户后生效")
    assert (await pages.read(ticket)).clock.granted


async def test_whoever_is_complained_about_is_offered_nothing(pages: Pages) -> None:
    ticket = await pages.desk.handled()
    await pages.desk.service.do(
        GU, ticket.number, lambda deeds, t: deeds.describe(t, {"against": ["qin"]})
    )
    await pages.opens(QIN, f"/tickets/{ticket.number}")
    await pages.user.should_not_see("由我处理")
    await pages.user.should_not_see("答复客户")


async def test_a_page_that_is_behind_says_so(pages: Pages) -> None:
    ticket = await pages.desk.opened()
    await pages.opens(QIN, f"/tickets/{ticket.number}")
    await pages.desk.service.do(GU, ticket.number, lambda deeds, t: deeds.assign(t, TAO))
    pages.user.find("由我处理").click()
    await pages.user.should_see("工单刚被他人更新")
    assert (await pages.read(ticket)).handler == "tao"


async def test_who_does_not_work_on_complaints_is_sent_away(pages: Pages) -> None:
    ticket = await pages.desk.opened()
    for account, where in ((None, "/login"), (OUT, "/")):
        pages.logged.account = account
        for path in ("/tickets", f"/tickets/{ticket.number}", "/tickets/tasks"):
            answer = await pages.user.http_client.get(path, follow_redirects=False)
            assert answer.headers["location"] == where


async def test_an_unknown_number_is_told(pages: Pages) -> None:
    await pages.opens(QIN, "/tickets/TS1")
    await pages.user.should_see("没有这张工单")


async def test_a_task_is_done_and_verified_by_another(pages: Pages) -> None:
    follow_up = pages.desk.follow_up
    await follow_up.open(TaskKind.FINDING, "TS1", "补齐话术", NOON)
    await pages.opens(QIN, "/tickets/tasks")
    pages.user.find("由我办理").click()
    await pages.user.should_see("完成")
    pages.user.find("完成").click()
    await pages.says("已补齐")
    await pages.user.should_not_see("完成")
    await pages.user.should_not_see("验证通过")
    await pages.opens(GU, "/tickets/tasks")
    pages.user.find("验证通过").click()
    await pages.user.should_see("没有待办事项")
    assert await follow_up.pending() == []


async def test_a_new_task_needs_words_and_a_day(pages: Pages) -> None:
    await pages.opens(QIN, "/tickets/tasks")
    pages.user.find("添加").click()
    await pages.user.should_see("请填写内容和到期日")
    fields = {str(each.label): each for each in pages.user.find(ui.input).elements}
    fields["内容"].value = "回访客户"
    fields["到期日"].value = "2026-06-05"
    pages.user.find("添加").click()
    await pages.user.should_see("完成")
    await pages.user.should_see("2026-06-05")
    [task] = await pages.desk.follow_up.pending()
    assert (task.kind, task.owner, task.by) == (TaskKind.FOLLOW_UP, "qin", "qin")


async def test_a_complaint_found_at_the_desk_is_registered(pages: Pages) -> None:
    await pages.opens(QIN, "/tickets")
    pages.user.find("登记投诉").click()
    await pages.says("不是编号\n多收手续费")
    await pages.user.should_see("请填写正确的会话编号")
    await pages.opens(QIN, "/tickets")
    pages.user.find("登记投诉").click()
    await pages.says(f"{KEY}-9\n多收手续费")
    await pages.user.should_see("办理时限")
    ticket = pages.desk.store.of_conversation(f"{KEY}-9")
    assert ticket is not None
    assert (ticket.intake.facts, ticket.history[0].by) == ("多收手续费", "qin")


async def test_whoever_is_logged_out_does_nothing_more(pages: Pages) -> None:
    ticket = await pages.desk.opened()
    await pages.opens(QIN, f"/tickets/{ticket.number}")
    pages.logged.account = None
    pages.user.find("由我处理").click()
    await pages.user.should_not_see("答复客户")
    assert (await pages.read(ticket)).handler == ""
