"""GET /tickets/{number}: one complaint, its clock, its history, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse

from handoff.desk.theme import box, text
from handoff.desk.tickets import (
    REFUSALS,
    TICKETS,
    TicketParts,
    Visit,
    attempt,
    frame,
    heading,
    visited,
)
from handoff.desk.tickets_deeds import DeedsView
from handoff.desk.tickets_list import deadline
from handoff.desk.tickets_reply import ReplyForm
from handoff.desk.wording import stamp
from handoff.tickets.clock import ZONE
from handoff.tickets.events import Event
from handoff.tickets.service import Deed
from handoff.tickets.ticket import Status, Ticket


def register(tickets: TicketParts) -> None:
    """Register the page."""

    @ui.page(TICKETS + "/{number}", response_timeout=10)
    async def show(request: Request, number: str) -> RedirectResponse | None:
        visit = await visited(tickets, request)
        if isinstance(visit, RedirectResponse):
            return visit
        with frame(visit, number):
            heading(f"投诉工单 {number}", TICKETS)
            await TicketPage(visit, number).load()
        return None


class TicketPage:
    """One ticket as one person sees it; built anew after every deed."""

    def __init__(self, visit: Visit, number: str) -> None:
        """Build the page's box, empty."""
        self._visit = visit
        self._number = number
        self._box = box("ticket-body", data_testid="ticket-page")

    async def load(self) -> None:
        """Read the ticket and show it."""
        service = self._visit.tickets.service
        self._box.clear()
        try:
            ticket = await service.get(self._visit.account, self._number)
        except REFUSALS as error:
            with self._box:
                told = self._visit.tickets.words.of("errors", error.code)
                text(told, "banner lost", role="alert", data_testid="ticket-error")
            return
        with self._box:
            with box("", "section"):
                self._intake(ticket)
                if ticket.status is Status.HANDLING and ticket.handler:
                    ReplyForm(self._visit, ticket, self.load)
                self._replied(ticket)
                self._history(ticket)
            with box("", "aside"):
                self._clock(ticket)
                DeedsView(self._visit, ticket, self.do, self.load)

    async def do(self, ticket: Ticket, deed: Deed) -> None:
        """Do something with the ticket as it was shown, and show it anew."""
        service, number, seen = self._visit.tickets.service, ticket.number, ticket.version
        await attempt(self._visit, lambda account: service.do(account, number, deed, seen=seen))
        await self.load()

    def _intake(self, ticket: Ticket) -> None:
        intake, rules = ticket.intake, self._visit.tickets.service.rules
        against = "、".join(self._visit.name(login) for login in intake.against)
        rows = {
            "category": rules.categories.names.get(intake.category, intake.category),
            "product": intake.product,
            "branch": intake.branch,
            "demand": intake.demand,
            "facts": intake.facts,
        }
        with box("card", data_testid="intake"):
            text("投诉内容", tag="h3")
            with box("facts", "dl"):
                for name, value in rows.items():
                    self._fact(rules.words.of("fields", name), value or "未登记")
                self._fact("被投诉人", against or "未登记")
                self._fact("来源会话", "、".join(ticket.conversations))
                if ticket.into:
                    self._fact("已并入", ticket.into)

    def _clock(self, ticket: Ticket) -> None:
        words, clock = self._visit.tickets.words, ticket.clock
        shown, colour = deadline(self._visit.tickets.service, ticket)
        extension = "无"
        if clock.extended:
            extension = "已延期"
        elif clock.granted:
            extension = "已批准，待告知客户后生效"
        elif clock.asked_by:
            extension = f"{self._visit.name(clock.asked_by)} 已申请，待批准"
        with box("card", data_testid="clock"):
            text("办理时限", tag="h3")
            with box("facts", "dl"):
                self._fact("状态", words.of("statuses", ticket.status))
                self._fact("处理人", self._visit.name(ticket.handler))
                self._fact("起算", stamp(clock.started, ZONE))
                text("到期", tag="dt")
                text(shown, colour, "dd", data_testid="due")
                self._fact("情况复杂", "是" if clock.complex else "否")
                self._fact("延期", extension)

    def _replied(self, ticket: Ticket) -> None:
        if not ticket.reply:
            return
        with box("card", data_testid="reply"):
            text("答复内容", tag="h3")
            for part in self._visit.tickets.service.rules.reply.parts:
                text(part.name, "muted")
                text(ticket.reply.get(part.id, ""), "said part")

    def _history(self, ticket: Ticket) -> None:
        with box("card", data_testid="history"):
            text("办理经过", tag="h3")
            for event in reversed(ticket.history):
                self._event(event)

    def _event(self, event: Event) -> None:
        words = self._visit.tickets.words
        with box("event"):
            text(stamp(event.at, ZONE), "when")
            text(f"{words.of('events', event.kind)} · {self._visit.name(event.by)}")
            for name, value in _shown(event.data).items():
                text(words.of("fields", name), "when")
                text(self._visit.name(value) if name == "handler" else value, "said")

    @staticmethod
    def _fact(name: str, value: str) -> None:
        text(name, tag="dt")
        text(value, "said", "dd")


def _shown(data: Mapping[str, Any]) -> dict[str, str]:
    """Return what of an event is worth reading: the reply stands on its own card."""
    names = ("why", "how", "facts", "handler", "days", "demand", "product", "branch")
    return {name: str(data[name]) for name in names if data.get(name) not in {None, ""}}
