"""The desk alone, on the doubles: three customers wait, nobody else is needed.

`python -m tests.acceptance.desk_app PORT [GROUP…]` serves it until SIGTERM; the groups named are
pushed.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import uvicorn

from conversation.conversation import Reason
from conversation.message import SourceRef
from handoff.accounts import Accounts, Role
from handoff.assist import Suggestion
from handoff.desk.app import create_desk
from handoff.memory_accounts import MemoryAccounts
from handoff.memory_requests import MemoryRequests
from handoff.releases import Releases
from tests.acceptance.studio_app import PASSWORD
from tests.unit.handoff.room import Room, TinyGate

PATIENCE = 5
STAFF = {
    "zhou": ("周晓", [Role.AGENT], ["general"]),
    "lin": ("林一", [Role.AGENT], ["general", "complaints"]),
    "gu": ("顾言", [Role.SUPERVISOR, Role.AGENT], []),
}


class LiveRoom(Room):
    """A room whose clock runs."""

    def clock(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC)


class Library:
    """Two articles, whatever the question."""

    async def suggest(self, question: str, limit: int = 3) -> list[Suggestion]:
        """See `Assist.suggest`."""
        del question
        limits = SourceRef("limits", "人工服务时间", "示例银行服务公告", "1")
        staff = SourceRef("staff", "坐席操作手册", "内部", "1")
        return [
            Suggestion(limits, "人工在线服务时间为每日八点至二十二点。", 0.83),
            Suggestion(staff, "先核实再登记。", 0.41, internal=True),
        ][:limit]


async def serve(port: int, pushed: list[str]) -> None:
    """Serve until SIGTERM."""
    room = LiveRoom()
    patience = dict.fromkeys(pushed, timedelta(seconds=PATIENCE))
    room.desk = replace(room.desk, routing=replace(room.desk.routing, pushed=patience))
    accounts = Accounts(MemoryAccounts())
    for login, (name, roles, groups) in STAFF.items():
        accounts.create(login, name, PASSWORD, roles, groups=groups)
    for name, reason in (("a", Reason.HUMAN), ("b", Reason.HUMAN), ("c", Reason.COMPLAINT)):
        await room.waits(name, reason)

    async def ready() -> bool:
        return True

    releases = Releases(room.desk, TinyGate(room.seal), MemoryRequests())
    app = create_desk(
        room.desk,
        accounts,
        secret=secrets.token_hex(),
        ready=ready,
        assist=Library(),
        releases=releases,
    )
    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning")).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2:]))
