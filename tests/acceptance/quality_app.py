"""The desk alone, on the doubles, with a week of inspected conversations.

`python -m tests.acceptance.quality_app PORT` serves it until SIGTERM.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from datetime import UTC, datetime, timedelta

import uvicorn

from conversation.turn import Route
from handoff.accounts import Accounts, Role
from handoff.desk.app import create_desk
from handoff.desk.quality import FIGURES, QUALITY
from handoff.desk.settings import DeskSettings
from handoff.memory_accounts import MemoryAccounts
from handoff.tickets.surveys import Survey
from tests.acceptance.studio_app import PASSWORD
from tests.unit.handoff.figures.talks import Talk, exemplary
from tests.unit.handoff.quality.room import QualityRoom, curt
from tests.unit.handoff.room import Room

STAFF = {
    "zhou": ("周晓", [Role.AGENT]),
    "lin": ("林一", [Role.AGENT]),
    "gu": ("顾言", [Role.SUPERVISOR]),
}


class LiveQuality(QualityRoom):
    """A room whose clock runs."""

    def clock(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC)


def filled() -> LiveQuality:
    """Return a room with six days of conversations."""
    room = LiveQuality()
    today = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    for day in range(6):
        now = today - timedelta(days=day)
        for number in range(3 + day % 3):
            room.keeps(exemplary(f"e{day}-{number}", ("zhou", "lin")[number % 2], now))
        room.keeps(curt(f"c{day}", "zhou", now))
        for number, why in enumerate(("human", "fraud", "transaction")[: 1 + day % 3]):
            talk = Talk(f"b{day}-{number}", now=now)
            talk.asks("几点开门")
            if number:
                talk.asks("转人工", Route.HUMAN)
                talk.calls(why)
            room.keeps(talk.closed())
        fund = Talk(f"f{day}", now=now)
        fund.asks("基金怎么申购", Route.ANSWER)
        fund.warns("fund")
        fund.bot("基金可以在手机银行申购。", title="基金怎么申购")
        room.keeps(fund.closed())
        name = exemplary(f"e{day}-0").id
        room.surveys.put(Survey(name, name.partition("-")[0], 5 - day % 3, "", now))
    return room


async def serve(port: int) -> None:
    """Serve until SIGTERM."""
    room, desk = filled(), Room()
    accounts = Accounts(MemoryAccounts())
    for login, (name, roles) in STAFF.items():
        accounts.create(login, name, PASSWORD, roles)

    async def ready() -> bool:
        return True

    app = create_desk(
        desk.desk,
        accounts,
        secret=secrets.token_hex(),
        ready=ready,
        settings=DeskSettings(quality=QUALITY, figures=FIGURES),
        quality=(room.service, room.figures),
    )
    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning")).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
