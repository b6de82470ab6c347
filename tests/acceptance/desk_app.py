"""The desk alone, on the doubles: three customers wait, nobody else is needed.

`python -m tests.acceptance.desk_app PORT` serves it until SIGTERM.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from datetime import UTC, datetime

import uvicorn

from conversation.conversation import Reason
from handoff.accounts import Accounts, Role
from handoff.desk.app import create_desk
from handoff.memory_accounts import MemoryAccounts
from tests.acceptance.studio_app import PASSWORD
from tests.unit.handoff.room import Room

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


async def serve(port: int) -> None:
    """Serve until SIGTERM."""
    room = LiveRoom()
    accounts = Accounts(MemoryAccounts())
    for login, (name, roles, groups) in STAFF.items():
        accounts.create(login, name, PASSWORD, roles, groups=groups)
    for name, reason in (("a", Reason.HUMAN), ("b", Reason.HUMAN), ("c", Reason.COMPLAINT)):
        await room.waits(name, reason)

    async def ready() -> bool:
        return True

    app = create_desk(room.desk, accounts, secret=secrets.token_hex(), ready=ready)
    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning")).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
