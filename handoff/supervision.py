"""What a supervisor does: look in, take over, reassign, whisper, change a limit. All audited."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from conversation.message import Message
from handoff.accounts import Account, Accounts, Role
from handoff.context import Context
from handoff.errors import NotAllowed, NothingToClaim
from handoff.service import DeskService
from handoff.transfers import Transfers

MOST = 50
"""The greatest limit that an agent may be given."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """Every deed raises `NotAllowed` for an account that is no supervisor's."""

    desk: DeskService
    accounts: Accounts

    async def look_into(self, account: Account, conversation_id: str) -> Context:
        """Return a conversation with its facts; that it was looked into is recorded."""
        await self._record(account, "look", conversation_id, {})
        return await self.desk.context(conversation_id)

    async def take_over(self, account: Account, conversation_id: str) -> None:
        """Take a conversation from whoever holds it, or out of the line. Raises as `reassign`."""
        require_supervisor(account)
        await self.desk.at_desk(account)
        await self.reassign(account, conversation_id, account.login)

    async def reassign(
        self, account: Account, conversation_id: str, agent: str, note: str = ""
    ) -> None:
        """Give a conversation that waits or is held to an agent.

        Raises `AgentAway`, `AtLimit`, `NotQualified`, `NothingToClaim` when nobody has it.
        """
        require_supervisor(account)
        fence, holder = await self._fence(conversation_id)
        await Transfers(self.desk).give(account, conversation_id, fence, agent, note)
        await self._record(account, "reassign", conversation_id, {"from": holder, "to": agent})

    async def whisper(self, account: Account, conversation_id: str, text: str) -> Message | None:
        """Leave a private note for the agent who holds the conversation, shown to no other.

        Raises `NothingToClaim` when nobody holds it.
        """
        require_supervisor(account)
        _, holder = await self._fence(conversation_id)
        if not holder:
            raise NothingToClaim
        noted = await self.desk.note(account, conversation_id, text, to=holder)
        await self._record(account, "whisper", conversation_id, {"to": holder})
        return noted

    async def change_limit(self, account: Account, login: str, limit: int) -> None:
        """Change how many conversations an agent may hold; those held already stay.

        Raises `UnknownAccount`, ValueError outside 0 to `MOST`.
        """
        require_supervisor(account)
        if not 0 <= limit <= MOST:
            message = f"a limit is 0 to {MOST}"
            raise ValueError(message)
        before = await asyncio.to_thread(self.accounts.get, login)
        await asyncio.to_thread(self.accounts.change, login, load_limit=limit)
        await self.desk.queue.set_limit(before.login, limit)
        await self._record(account, "limit", login, {"from": before.load_limit, "to": limit})

    async def _fence(self, conversation_id: str) -> tuple[int, str]:
        """Return the claim's fence and holder, (0, "") for what waits."""
        for claim in await self.desk.all_held():
            if claim.conversation_id == conversation_id:
                return claim.fence, claim.agent
        return 0, ""

    async def _record(
        self, account: Account, deed: str, subject: str, data: dict[str, object]
    ) -> None:
        require_supervisor(account)
        await self.desk.audit.record(f"board.{deed}", account.login, subject, data)


def require_supervisor(account: Account) -> None:
    """Raise `NotAllowed` for an account that is no supervisor's."""
    if not account.may(Role.SUPERVISOR):
        raise NotAllowed
