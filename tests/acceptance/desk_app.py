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
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from compliance.vault.key_file import KeyFile
from compliance.vault.memory_copies import MemoryCopies
from compliance.vault.unmasking import Unmasking
from compliance.vault.vault import Vault
from conversation.conversation import Reason
from conversation.message import SourceRef
from handoff.accounts import Accounts, Role
from handoff.assist import Suggestion
from handoff.desk.app import create_desk
from handoff.memory_accounts import MemoryAccounts
from handoff.memory_requests import MemoryRequests
from handoff.releases import Releases
from handoff.unmasking import DeskUnmasking
from tests.acceptance.studio_app import PASSWORD
from tests.unit.compliance.test_recorder import Kept
from tests.unit.handoff.room import Room, TinyGate

PATIENCE = 5
STAFF = {
    "zhou": ("周晓", [Role.AGENT], ["general"]),
    "lin": ("林一", [Role.AGENT], ["general", "complaints"]),
    "yu": ("于洋", [Role.AGENT, Role.UNMASK], ["general"]),
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


async def serve(folder: str, port: int, pushed: list[str]) -> None:
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

    copies = Vault(MemoryCopies(), KeyFile(Path(folder) / "vault.keys"))
    said = Redactor.load().redact("我的手机是13800138000")
    for waiting in await room.queue.waiting():
        copies.keep(waiting.conversation_id, "1-0", said.taken)
    unmasking = DeskUnmasking(room.desk, Unmasking(copies, AuditRecorder(Kept())))
    releases = Releases(room.desk, TinyGate(room.seal), MemoryRequests())
    app = create_desk(
        room.desk,
        accounts,
        secret=secrets.token_hex(),
        ready=ready,
        assist=Library(),
        releases=releases,
        unmasking=unmasking,
    )
    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning")).serve()


def main() -> None:
    """Serve the port of the command line, with the groups whose customers are pushed."""
    with TemporaryDirectory() as folder:
        asyncio.run(serve(folder, int(sys.argv[1]), sys.argv[2:]))


if __name__ == "__main__":
    main()
