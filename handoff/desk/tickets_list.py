"""GET /tickets: every complaint with its deadline, the soonest first."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse

from conversation.errors import Unavailable
from handoff.accounts import Account
from handoff.desk.theme import box, button, text
from handoff.desk.tickets import (
    TICKETS,
    TicketParts,
    Visit,
    ask,
    attempt,
    frame,
    heading,
    visited,
)
from handoff.tickets.clock import ZONE
from handoff.tickets.service import TicketService
from handoff.tickets.store import Wanted
from handoff.tickets.ticket import RUNNING, Status, Ticket

_SOON = timedelta(days=5)
_SHOWN = 200
_SHOWS = {"running": "未结", "mine": "我的", "free": "待分派", "late": "已超期", "ended": "已结"}
_COLUMNS = ("编号", "状态", "类别", "主要事实", "产品", "受理", "到期", "处理人")


def register(tickets: TicketParts) -> None:
    """Register the page."""

    @ui.page(TICKETS, response_timeout=10)
    async def show(request: Request, show: str = "running", q: str = "") -> RedirectResponse | None:
        visit = await visited(tickets, request)
        if isinstance(visit, RedirectResponse):
            return visit
        with frame(visit, "投诉工单"):
            heading("投诉工单", TICKETS)
            button("登记投诉", lambda: _register(visit), "small", data_testid="register")
            _filters(show, q)
            try:
                _table(visit, await _found(visit, show, q))
            except Unavailable as error:
                text(tickets.words.of("errors", error.code), "banner lost", role="alert")
        return None


def _register(visit: Visit) -> None:
    """Ask for the conversation of a complaint that nothing has found by itself."""
    register = visit.tickets.service.register

    async def then(said: str) -> None:
        conversation, _, facts = said.partition("\n")
        made: list[Ticket] = []

        async def deed(account: Account) -> None:
            made.append(await register(account, conversation.strip(), facts))

        try:
            if await attempt(visit, deed):
                ui.navigate.to(f"{TICKETS}/{made[0].number}")
        except ValueError:
            visit.tickets.tell("no_conversation")

    ask("登记投诉", "第一行填会话编号，其余填主要事实", then)


def _filters(show: str, q: str) -> None:
    with box("ticket-head", "nav", aria_label="筛选"):
        for code, name in _SHOWS.items():
            chosen = "on" if code == show else ""
            text(name, f"btn small {chosen}", "a", href=f"{TICKETS}?show={code}")
        box("grow")
        with box("ticket-search", "form", method="get", action=TICKETS):
            box("", "input", type="hidden", name="show", value=show)
            label = "编号、事实、产品或网点"
            box("", "input", name="q", value=q, placeholder=label, aria_label=label)
            text("查找", "btn small", "button", type="submit")


async def _found(visit: Visit, show: str, q: str) -> list[Ticket]:
    service = visit.tickets.service
    if show == "ended":
        found = await service.find(visit.account, Wanted(frozenset(Status) - RUNNING), _SHOWN)
    else:
        handler = {"mine": visit.account.login, "free": ""}.get(show)
        found = await service.find(visit.account, Wanted(RUNNING, handler))
    if show == "late":
        found = [ticket for ticket in found if late(service, ticket)]
    return [ticket for ticket in found if q in _words(ticket)]


def _words(ticket: Ticket) -> str:
    intake = ticket.intake
    return f"{ticket.number} {intake.facts} {intake.demand} {intake.product} {intake.branch}"


def _table(visit: Visit, found: list[Ticket]) -> None:
    if not found:
        text("没有符合条件的工单。", "empty", data_testid="no-tickets")
        return
    with box("ticket-table", "table", data_testid="tickets"):
        with box("", "thead"), box("", "tr"):
            for column in _COLUMNS:
                text(column, tag="th", scope="col")
        with box("", "tbody"):
            for ticket in found:
                _row(visit, ticket)


def _row(visit: Visit, ticket: Ticket) -> None:
    service, words, intake = visit.tickets.service, visit.tickets.words, ticket.intake
    with box("", "tr", data_testid="ticket"):
        with box("", "td"):
            text(ticket.number, tag="a", href=f"{TICKETS}/{ticket.number}")
        with box("", "td"):
            text(words.of("statuses", ticket.status), "tag")
        text(service.rules.categories.names.get(intake.category, intake.category), tag="td")
        text(intake.facts[:80], tag="td")
        text(intake.product, tag="td")
        text(f"{ticket.clock.started.astimezone(ZONE):%Y-%m-%d}", tag="td")
        shown, colour = deadline(service, ticket)
        text(shown, colour, "td", data_testid="due")
        text(visit.name(ticket.handler), tag="td")


def late(service: TicketService, ticket: Ticket) -> bool:
    """Return whether a ticket is, or was answered, too late."""
    return ticket.clock.late(service.rules.deadlines, service.clock())


def deadline(service: TicketService, ticket: Ticket) -> tuple[str, str]:
    """Return how a deadline reads, and the class that colours it."""
    now, due = service.clock(), service.due(ticket)
    last = f"{due.astimezone(ZONE) - timedelta(microseconds=1):%Y-%m-%d}"
    if not ticket.running:
        return (f"{last} 超期办结", "due-late") if late(service, ticket) else (last, "due-over")
    if ticket.status is Status.PAUSED:
        return "暂停计时", "due-stands"
    return f"{last} {_left(due, now)}", _colour(due - now)


def _left(due: datetime, now: datetime) -> str:
    days = abs(due - now) // timedelta(days=1)
    if now >= due:
        return f"已超期 {days} 天" if days else "今日超期"
    return f"剩 {days} 天" if days else "今日到期"


def _colour(left: timedelta) -> str:
    if left <= timedelta(0):
        return "due-late"
    return "due-soon" if left <= _SOON else "due-fine"
