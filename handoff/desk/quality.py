"""The quality and figures pages' entry: what they work with, and their frame."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse

from conversation.errors import ConversationError
from handoff.accounts import Account, Accounts, Role
from handoff.desk.parts import Parts
from handoff.desk.theme import MOUNT, box, dress, text
from handoff.desk.top_bar import TopBar
from handoff.errors import HandoffError
from handoff.figures.service import FiguresService
from handoff.quality.service import QualityService
from handoff.quality.standard import Vocabulary

QUALITY = "/quality"
FIGURES = "/figures"
_STYLES = ("tickets.css", "quality.css")


@dataclass(frozen=True, slots=True)
class QualityParts:
    """What the pages work with."""

    parts: Parts
    service: QualityService
    figures: FiguresService
    accounts: Accounts

    @property
    def words(self) -> Vocabulary:
        """What things are called."""
        return self.service.standard.words

    def told(self, code: str) -> str:
        """Return why something was not done."""
        return self.words.errors.get(code) or self.parts.labels.of("errors", code)


@dataclass(frozen=True, slots=True)
class QualityVisit:
    """One person who looks at a page, and everybody's names."""

    quality: QualityParts
    account: Account
    names: Mapping[str, str]

    @property
    def supervises(self) -> bool:
        """Whether it is a supervisor."""
        return self.account.may(Role.SUPERVISOR)

    def name(self, login: str) -> str:
        """Return what a login is called."""
        return self.names.get(login, login) if login else "机器人"

    async def attempt(self, deed: Callable[[Account], Awaitable[object]]) -> bool:
        """Do something as whoever visits is now; False, having said why, when it was refused."""
        held, sessions = self.account, self.quality.parts.sessions
        account = await sessions.still(held.login, held.generation)
        if account is None:
            ui.navigate.to("/login?error=session_over")
            return False
        try:
            await deed(account)
        except (HandoffError, ConversationError) as error:
            ui.notify(self.quality.told(error.code), position="top", type="warning")
            return False
        return True


async def visited(
    quality: QualityParts, request: Request, *roles: Role
) -> QualityVisit | RedirectResponse:
    """Return who visits, or where to send who has none of these roles."""
    account = await quality.parts.sessions.account(request)
    if account is None:
        return RedirectResponse("/login")
    if not account.may(*roles):
        return RedirectResponse("/")
    every = await asyncio.to_thread(quality.accounts.all)
    return QualityVisit(quality, account, {one.login: one.name for one in every})


def frame(visit: QualityVisit, title: str) -> ui.element:
    """Build the page's frame, and return the element for its content."""
    dress(f"{title} · 客服工作台")
    for style in _STYLES:
        ui.add_head_html(f'<link rel="stylesheet" href="{MOUNT}/{style}">')
    parts = visit.quality.parts
    with box("desk tickets"):
        TopBar(parts.settings, visit.account, parts.labels)
        return box("ticket-main", "main")


def unavailable(visit: QualityVisit, code: str) -> None:
    """Say that the records cannot be read."""
    text(visit.quality.told(code), "banner lost", role="alert")
