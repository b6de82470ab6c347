"""The ticket pages' entry: what they work with, and their frame."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse

from conversation.errors import ConversationError
from handoff.accounts import Account, Accounts
from handoff.desk.parts import Parts
from handoff.desk.theme import MOUNT, box, dress, text
from handoff.desk.top_bar import TopBar
from handoff.errors import HandoffError
from handoff.tickets.deeds import works_on_complaints
from handoff.tickets.rules import Words
from handoff.tickets.service import TicketService

TICKETS = "/tickets"
TASKS = "/tickets/tasks"
REFUSALS = (HandoffError, ConversationError)
_STYLES = f"{MOUNT}/tickets.css"


@dataclass(frozen=True, slots=True)
class TicketParts:
    """What the ticket pages work with."""

    parts: Parts
    service: TicketService
    accounts: Accounts

    @property
    def words(self) -> Words:
        """What things are called."""
        return self.service.rules.words

    async def staff(self) -> dict[str, Account]:
        """Return who may work on complaints, by login."""
        every = await asyncio.to_thread(self.accounts.all)
        return {account.login: account for account in every if works_on_complaints(account)}

    def tell(self, code: str) -> None:
        """Say why something was not done."""
        told = self.words.errors.get(code) or self.parts.labels.of("errors", code)
        ui.notify(told, position="top", type="warning")


@dataclass(frozen=True, slots=True)
class Visit:
    """One person who looks at a page, and the colleagues' names."""

    tickets: TicketParts
    account: Account
    staff: Mapping[str, Account]

    def name(self, login: str) -> str:
        """Return what a login is called."""
        known = self.staff.get(login)
        return known.name if known else {"system": "系统", "": "未分派"}.get(login, login)

    async def present(self) -> Account | None:
        """Return the account as it is now; None, having left the page, when the login is over."""
        held = self.account
        account = await self.tickets.parts.sessions.still(held.login, held.generation)
        if account is None:
            ui.navigate.to("/login?error=session_over")
        return account


async def visited(tickets: TicketParts, request: Request) -> Visit | RedirectResponse:
    """Return who visits, or where to send who may not."""
    account = await tickets.parts.sessions.account(request)
    if account is None:
        return RedirectResponse("/login")
    if not works_on_complaints(account):
        return RedirectResponse("/")
    return Visit(tickets, account, await tickets.staff())


def frame(visit: Visit, title: str) -> ui.element:
    """Build the page's frame, and return the element for its content."""
    dress(f"{title} · 客服工作台")
    ui.add_head_html(f'<link rel="stylesheet" href="{_STYLES}">')
    parts = visit.tickets.parts
    with box("desk tickets"):
        TopBar(parts.settings, visit.account, parts.labels)
        return box("ticket-main", "main")


def heading(title: str, here: str) -> None:
    """Build a heading with the ways to the other pages."""
    with box("ticket-head"):
        text(title, tag="h2")
        box("grow")
        for name, address in (("会话", "/"), ("工单", TICKETS), ("回电与整改", TASKS)):
            text(name, f"btn small {'on' if address == here else ''}", "a", href=address)


async def attempt(visit: Visit, deed: Callable[[Account], Awaitable[object]]) -> bool:
    """Do something as whoever visits is now; False, having said why, when it was refused."""
    account = await visit.present()
    if account is None:
        return False
    try:
        await deed(account)
    except REFUSALS as error:
        visit.tickets.tell(error.code)
        return False
    return True


def ask(title: str, hint: str, then: Callable[[str], Awaitable[object]]) -> None:
    """Open a dialog that asks for words; `then` gets them, never empty."""
    with ui.dialog() as dialog, box("dialog"):
        text(title, tag="h3")
        field = ui.textarea(placeholder=hint).props("outlined dense autogrow autofocus")
        field.props["aria-label"] = hint
        with box("row"):

            async def submit() -> None:
                if said := (field.value or "").strip():
                    dialog.close()
                    await then(said)

            text("取消", "btn", "button", type="button").on("click", dialog.close)
            confirm = text("确定", "btn primary", "button", type="button", data_testid="confirm")
            confirm.on("click", submit)
    dialog.open()
