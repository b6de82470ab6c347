"""Gateway, worker and desk on the real parts, without Rasa: a bot that hands over on 人工.

`python -m tests.acceptance.crowd_app FOLDER VALKEY_URL GATEWAY_PORT DESK_PORT [GROUP…]` serves both
until SIGTERM; the groups named are pushed.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import uvicorn

from connectors.web.app import create_gateway
from conversation.conversation import Conversation, Handoff, Reason
from conversation.intake import IntakeForm
from conversation.message import Draft, Message
from conversation.reception import Reception
from conversation.settle import Settler
from conversation.turn import BotReply, Route, Understanding
from conversation.turn_handler import TurnHandler
from conversation.worker import TurnWorker
from handoff.desk.app import create_desk
from language.lexicon import Lexicon
from yinqiao.accounts import ensure_demo_accounts, open_accounts
from yinqiao.answers import AnswerRecorder
from yinqiao.backdrop import backdrops_of
from yinqiao.settings import Settings
from yinqiao.web import web_context
from yinqiao.wiring import (
    Core,
    PhraseLexicon,
    background,
    desk_attachments,
    desk_releases,
    desk_service,
    house_of,
    open_core,
    ticket_service,
)

PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Receptionist:
    """Hands over whoever says 人工 or 投诉, and greets the others."""

    async def reply(self, conversation: Conversation, message: Message) -> BotReply:
        """See `Bot.reply`."""
        del conversation
        for word, reason, route in (
            ("投诉", Reason.COMPLAINT, Route.COMPLAINT),
            ("人工", Reason.HUMAN, Route.HUMAN),
        ):
            if word in message.text:
                handoff = Handoff(reason, reason.value, 0.98, message.text)
                drafts = (Draft("好的，正在为您转接人工。"),)
                return BotReply(Understanding(reason.value, 0.98), route, drafts, handoff)
        return BotReply(Understanding("greet", 0.9), Route.CHITCHAT, (Draft("您好，请讲。"),))


@asynccontextmanager
async def working(core: Core) -> AsyncIterator[None]:
    """Handle turns while open."""
    words = (core.conversations, core.turns)
    lexicon = PhraseLexicon(Lexicon.load())
    house = house_of(core)
    handler = Reception(
        *(core.conversations, core.queue, house, lexicon, IntakeForm.load()),
        TurnHandler(*words, Receptionist(), core.gate, lexicon, core.utterances),
    )
    recorder = AnswerRecorder(core.recorder, ticket_service(core))
    settler = Settler(*words, core.gate, core.queue, recorder, core.utterances)
    async with background(TurnWorker(*words, handler, settler).run()):
        yield


async def serve(settings: Settings, pushed: list[str]) -> None:
    """Serve until SIGTERM."""
    ensure_demo_accounts(settings)
    accounts = open_accounts(settings)
    async with open_core(settings) as core, working(core):

        async def ready() -> dict[str, bool]:
            return {"store": await core.ready()}

        desk = desk_service(core)
        routing = replace(core.routing, pushed=dict.fromkeys(pushed, PATIENCE))
        app = create_desk(
            replace(desk, routing=routing),
            accounts,
            secret=settings.secret(),
            ready=core.ready,
            releases=desk_releases(core),
            attachments=desk_attachments(core),
            backdrops=backdrops_of(core),
            tickets=ticket_service(core),
        )
        served = (
            (create_gateway(web_context(core), ready), settings.gateway_port),
            (app, settings.desk_port),
        )
        servers = [
            uvicorn.Server(uvicorn.Config(one, port=port, log_level="warning"))
            for one, port in served
        ]
        await asyncio.gather(*(server.serve() for server in servers))


if __name__ == "__main__":
    folder, url, gateway, desk_port, *groups = sys.argv[1:]
    chosen = Settings(
        var=Path(folder), redis_url=url, gateway_port=int(gateway), desk_port=int(desk_port)
    )
    asyncio.run(serve(chosen, groups))
