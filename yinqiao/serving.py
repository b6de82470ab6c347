"""One process of the system each: what `yinqiao serve NAME` runs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

import uvicorn
from fastapi import FastAPI

from yinqiao.docs import docs_router
from yinqiao.live_store import open_redis
from yinqiao.settings import Settings


def serve_gateway(settings: Settings) -> None:
    """Serve customers; handles turns too unless the settings say otherwise."""
    from connectors.web.app import create_gateway  # noqa: PLC0415 - each process loads its own
    from yinqiao.rasa_clients import open_rasa_clients  # noqa: PLC0415 - the same
    from yinqiao.web import web_context  # noqa: PLC0415 - the same
    from yinqiao.webhooks import open_webhooks  # noqa: PLC0415 - the same
    from yinqiao.wechat import open_wechat  # noqa: PLC0415 - the same
    from yinqiao.wiring import open_core, open_worker  # noqa: PLC0415 - the same

    async def make(stack: AsyncExitStack) -> FastAPI:
        core = await stack.enter_async_context(open_core(settings))
        rehearsal = None
        if settings.worker_in_gateway:
            rehearsal = await stack.enter_async_context(open_worker(core))
            await stack.enter_async_context(open_webhooks(core))

        async def ready() -> dict[str, bool]:
            rehearsed = rehearsal is None or rehearsal.over
            return {"store": await core.ready(), "rehearsal": rehearsed}

        app = create_gateway(web_context(core), ready)
        app.include_router(await stack.enter_async_context(open_wechat(core)))
        await stack.enter_async_context(open_rasa_clients(core, app))
        app.include_router(docs_router())
        return app

    _serve(make, settings.gateway_host, settings.gateway_port, settings.trusted_proxies)


def serve_desk(settings: Settings) -> None:
    """Serve staff."""
    from handoff.desk.app import create_desk  # noqa: PLC0415 - each process loads its own
    from handoff.desk.quality import FIGURES, QUALITY  # noqa: PLC0415 - the same
    from handoff.desk.settings import DeskSettings  # noqa: PLC0415 - the same
    from handoff.desk.theme import STYLESHEET  # noqa: PLC0415 - the same
    from handoff.desk.tickets import TICKETS  # noqa: PLC0415 - the same
    from knowledge_base.studio.links import LIST  # noqa: PLC0415 - the same
    from knowledge_base.studio.pages import register  # noqa: PLC0415 - the same
    from knowledge_base.unanswered.sql_store import SqlUnanswered  # noqa: PLC0415 - the same
    from yinqiao.accounts import open_accounts  # noqa: PLC0415 - the same
    from yinqiao.asked import ProposedAnswers  # noqa: PLC0415 - the same
    from yinqiao.assisting import SearchedAssist  # noqa: PLC0415 - the same
    from yinqiao.backdrop import backdrops_of  # noqa: PLC0415 - the same
    from yinqiao.quality import open_figures, open_quality  # noqa: PLC0415 - the same
    from yinqiao.replica import replica_of  # noqa: PLC0415 - the same
    from yinqiao.studio import ContentRoom, studio_of  # noqa: PLC0415 - the same
    from yinqiao.vault import desk_unmasking  # noqa: PLC0415 - the same
    from yinqiao.wiring import (  # noqa: PLC0415 - the same
        background,
        desk_attachments,
        desk_releases,
        desk_service,
        open_core,
        ticket_service,
    )

    async def make(stack: AsyncExitStack) -> FastAPI:
        core = await stack.enter_async_context(open_core(settings))
        accounts = open_accounts(settings)
        room = await asyncio.to_thread(ContentRoom.open, core)
        tickets = ticket_service(core)
        inspections = open_quality(
            *(core.records, core.archive, core.recorder, core.redactor), tickets.follow_up
        )
        desk = desk_service(core)
        app = create_desk(
            desk,
            accounts,
            secret=settings.secret(),
            ready=core.ready,
            settings=DeskSettings(studio=LIST, tickets=TICKETS, quality=QUALITY, figures=FIGURES),
            routers=[docs_router(STYLESHEET)],
            proposals=ProposedAnswers(SqlUnanswered(core.records)),
            assist=SearchedAssist(room.searcher),
            releases=desk_releases(core),
            attachments=desk_attachments(core),
            backdrops=backdrops_of(core),
            unmasking=desk_unmasking(settings, core.records, core.recorder, desk),
            tickets=tickets,
            quality=(inspections, open_figures(core.records, tickets)),
        )
        register(studio_of(core, room, accounts, app.state.sessions))
        replica, announcements = replica_of("desk", room.searcher, core.redis)
        works = (replica.run(), announcements.run(), room.keep_time())
        await stack.enter_async_context(background(*works))
        return app

    _serve(make, settings.desk_host, settings.desk_port)


def serve_actions(settings: Settings) -> None:
    """Serve Rasa's actions."""
    from bot.actions.app import create_app  # noqa: PLC0415 - each process loads its own
    from knowledge_base.retrieval.search import Searcher  # noqa: PLC0415 - the same
    from yinqiao.knowledge import SearchedAnswers, load_encoder  # noqa: PLC0415 - the same
    from yinqiao.records import open_records  # noqa: PLC0415 - the same
    from yinqiao.replica import replica_of  # noqa: PLC0415 - the same
    from yinqiao.tickets import TicketAnswers, open_progress  # noqa: PLC0415 - the same
    from yinqiao.wiring import background  # noqa: PLC0415 - the same

    async def make(stack: AsyncExitStack) -> FastAPI:
        searcher = Searcher.open(settings.snapshots_dir, load_encoder(settings))
        redis = open_redis(settings.store_url)
        stack.push_async_callback(redis.aclose)
        replica, announcements = replica_of("actions", searcher, redis)
        await stack.enter_async_context(background(replica.run(), announcements.run()))
        complaints = TicketAnswers(open_progress(open_records(settings)))
        app = create_app(SearchedAnswers(searcher), complaints=complaints)
        app.include_router(docs_router())
        return app

    _serve(make, "127.0.0.1", settings.actions_port)


def serve_worker(settings: Settings) -> None:
    """Handle turns without serving anybody."""
    from yinqiao.webhooks import open_webhooks  # noqa: PLC0415 - each process loads its own
    from yinqiao.wiring import open_core, open_worker  # noqa: PLC0415 - the same

    async def work() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with open_core(settings) as core, open_worker(core), open_webhooks(core):
            await stop.wait()

    asyncio.run(work())


def _serve(
    make: Callable[[AsyncExitStack], Awaitable[FastAPI]],
    host: str,
    port: int,
    trusted_proxies: Sequence[str] = ("127.0.0.1",),
) -> None:
    """Run an application until SIGTERM; what it was made with is closed after the last answer."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            app = await make(stack)
            config = uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                forwarded_allow_ips=list(trusted_proxies),
                ws_max_size=64 * 1024,
                timeout_graceful_shutdown=5,
            )
            await uvicorn.Server(config).serve()

    asyncio.run(run())


SERVERS: dict[str, Callable[[Settings], None]] = {
    "gateway": serve_gateway,
    "desk": serve_desk,
    "actions": serve_actions,
    "worker": serve_worker,
}
