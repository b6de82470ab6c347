"""The desk's app: one FastAPI application with the NiceGUI pages mounted in it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from fastapi import APIRouter, FastAPI, Request
from fastapi.staticfiles import StaticFiles
from nicegui import Client, ui
from nicegui import app as pages
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse

from handoff.accounts import Accounts, Role
from handoff.assist import Assist
from handoff.attachments import Attachments
from handoff.backdrop import Backdrops
from handoff.canned import CannedReplies
from handoff.desk.board import Board
from handoff.desk.board_page import board_page
from handoff.desk.failures import plain_failures
from handoff.desk.figures_page import figures_routes
from handoff.desk.file_routes import file_routes
from handoff.desk.headers import SecurityHeaders
from handoff.desk.health import health_routes
from handoff.desk.login import login_page, login_routes
from handoff.desk.metrics import Metrics
from handoff.desk.origin import OwnSockets
from handoff.desk.page import DeskPage
from handoff.desk.parts import Parts
from handoff.desk.quality import QualityParts
from handoff.desk.quality_pages import register as register_quality
from handoff.desk.sessions import COOKIE, Sessions
from handoff.desk.settings import DeskSettings
from handoff.desk.theme import MOUNT, STATIC, box, dress
from handoff.desk.tickets import TicketParts
from handoff.desk.tickets_pages import register as register_tickets
from handoff.figures.service import FiguresService
from handoff.labels import Labels
from handoff.proposals import Proposals
from handoff.quality.service import QualityService
from handoff.releases import Releases
from handoff.service import DeskService
from handoff.service_levels import ServiceLevels
from handoff.supervision import Supervision
from handoff.tickets.service import TicketService
from handoff.unmasking import DeskUnmasking


def create_desk(  # noqa: PLR0913 - what it is wired with
    service: DeskService,
    accounts: Accounts,
    *,
    secret: str,
    ready: Callable[[], Awaitable[bool]],
    settings: DeskSettings | None = None,
    routers: Iterable[APIRouter] = (),
    proposals: Proposals | None = None,
    assist: Assist | None = None,
    releases: Releases | None = None,
    attachments: Attachments | None = None,
    backdrops: Backdrops | None = None,
    unmasking: DeskUnmasking | None = None,
    tickets: TicketService | None = None,
    quality: tuple[QualityService, FiguresService] | None = None,
) -> FastAPI:
    """Return the desk's app; NiceGUI allows one per process.

    `secret` signs the session cookies; `ready` tells whether what is behind answers.
    `proposals` takes answers that agents propose for the knowledge base; `assist` finds
    articles for what customers say; `releases` keeps blocked sentences for supervisors;
    `attachments` lets agents and customers exchange files; `backdrops` tells what is known of a
    customer beyond the conversation; `unmasking` shows masked values to whoever has the right;
    `tickets` adds the pages for complaints, `quality` those for
    inspection and figures.
    `routers` are served beside the desk; NiceGUI takes every path that nobody else took.
    `app.state.sessions` tells other pages mounted beside the desk who is logged in.
    """
    settings = settings or DeskSettings()
    sessions = Sessions(accounts, service.audit, settings)
    parts = Parts(
        *(service, sessions, Board(service), settings, Labels.load(), Metrics()),
        *(ServiceLevels.load(), Supervision(service, accounts), CannedReplies.load()),
        *(proposals, assist, releases),
        attachments=attachments,
        backdrops=backdrops,
        unmasking=unmasking,
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(parts.board.run(), name="board")
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    app = FastAPI(
        title="Yinqiao desk", version="1", lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.state.sessions = sessions
    app.add_middleware(
        SessionMiddleware,
        secret_key=secret,
        session_cookie=COOKIE,
        max_age=int(settings.session_lifetime.total_seconds()),
        same_site="strict",
    )
    app.add_middleware(OwnSockets)
    app.add_middleware(SecurityHeaders)  # outermost: it also sees the session's cookie
    app.include_router(health_routes(parts, ready))
    app.include_router(login_routes(parts))
    app.include_router(file_routes(parts))
    for router in routers:
        app.include_router(router)
    app.mount(MOUNT, StaticFiles(directory=STATIC), name="desk-static")
    plain_failures(pages, parts.labels)
    login_page(parts)
    desk_page(parts)
    board_page(parts)
    if tickets:
        register_tickets(TicketParts(parts, tickets, accounts))
    if quality:
        inspection = QualityParts(parts, *quality, accounts)
        app.include_router(figures_routes(inspection))
        register_quality(inspection)
    ui.run_with(
        app,
        title="客服工作台",
        language="zh-CN",
        favicon=STATIC / "favicon.svg",
        tailwind=False,
        reconnect_timeout=10,
        show_welcome_message=False,
        storage_secret=secret,
    )
    return app


def desk_page(parts: Parts) -> None:
    """Register GET /."""

    @ui.page("/", response_timeout=10)
    async def show(request: Request, client: Client, c: str = "") -> RedirectResponse | None:
        account = await parts.sessions.account(request)
        if account is None:
            return RedirectResponse("/login")
        if not account.may(Role.AGENT, Role.SUPERVISOR):
            content = account.may(Role.EDITOR, Role.REVIEWER) and parts.settings.studio
            return RedirectResponse(content or "/login?error=forbidden")
        dress("客服工作台")
        with box("desk"):
            page = DeskPage(parts, account, client)
        await page.start(c)
        return None
