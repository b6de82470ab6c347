"""The desk on the doubles, full of texts that try to run; see `xss.yml`.

`python -m tests.acceptance.xss_app PORT` serves it until SIGTERM.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from datetime import date
from unittest.mock import patch

import uvicorn
from fastapi import FastAPI

from conversation.conversation import Customer, Handoff, Reason
from conversation.message import SourceRef
from conversation.ports import Incoming
from handoff.accounts import Accounts, Role
from handoff.assist import Suggestion
from handoff.canned import CannedReplies, Reply
from handoff.desk.app import create_desk
from handoff.desk.settings import DeskSettings
from handoff.desk.tickets import TICKETS
from handoff.memory_accounts import MemoryAccounts
from handoff.memory_requests import MemoryRequests
from handoff.releases import Releases
from handoff.tickets.ticket import Intake
from tests.acceptance.desk_app import LiveRoom
from tests.acceptance.studio_app import PASSWORD
from tests.acceptance.xss import payloads
from tests.unit.handoff.room import ZHOU, TinyGate
from tests.unit.handoff.tickets.desk import TicketDesk
from tests.unit.handoff.tickets.people import KEY

NASTY = payloads()
ALL = "\n".join(NASTY)
LONG = ALL[:1900]


class Library:
    """Articles that try to run, whatever the question."""

    async def suggest(self, question: str, limit: int = 3) -> list[Suggestion]:
        """See `Assist.suggest`."""
        del question
        source = SourceRef("x", NASTY[0], LONG, "1")
        return [Suggestion(source, ALL, 0.5), Suggestion(source, LONG, 0.4, internal=True)][:limit]


async def _waits(room: LiveRoom, name: str) -> str:
    """Let a customer write the whole corpus, and wait for a person."""
    customer = Customer("web", name, {"name": NASTY[11], "phone": NASTY[12]})
    for number, text in enumerate(NASTY):
        accepted = await room.conversations.accept(customer, Incoming(f"{name}-{number}", text))
    identifier = accepted.conversation_id
    entities = ({"entity": "product", "value": LONG}, {"entity": NASTY[13], "value": NASTY[14]})
    handoff = Handoff(
        Reason.HUMAN, intent=NASTY[15], confidence=0.9, trigger=ALL, entities=entities
    )
    await room.conversations.request_handoff(identifier, 1, handoff)
    await room.queue.enqueue(await room.conversations.get(identifier))
    return identifier


async def make() -> FastAPI:
    """Fill the room: one conversation that 周晓 serves, one that waits, a ticket."""
    room, tickets = LiveRoom(), TicketDesk()
    served = await _waits(room, "a")
    await room.desk.claim(ZHOU, served)
    for text in NASTY:
        await room.desk.send(ZHOU, served, text)
        await room.desk.note(ZHOU, served, text)
    await _waits(room, "b")
    intake = Intake(f"{KEY}-1", KEY, facts=ALL, demand=LONG, product=NASTY[11], branch=NASTY[12])
    await tickets.service.open(intake, tickets.now)
    accounts = Accounts(MemoryAccounts())
    accounts.create("zhou", NASTY[11], PASSWORD, [Role.AGENT], groups=["general"])
    accounts.create("gu", NASTY[12], PASSWORD, [Role.SUPERVISOR, Role.AGENT])

    async def ready() -> bool:
        return True

    replies = CannedReplies((Reply(id="nasty", title=LONG, text=LONG),), date(2099, 1, 1))
    with patch.object(CannedReplies, "load", lambda: replies):
        return create_desk(
            room.desk,
            accounts,
            secret=secrets.token_hex(),
            ready=ready,
            settings=DeskSettings(tickets=TICKETS),
            assist=Library(),
            releases=Releases(room.desk, TinyGate(room.seal), MemoryRequests()),
            tickets=tickets.service,
        )


async def serve(port: int) -> None:
    """Serve until SIGTERM."""
    app = await make()
    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning")).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
