"""Customers of a group that nobody at the desk may serve go to the fallback group, with a note.

A missing qualification must not kill a handoff silently. The move is one step of the queue, at the
old place; staff read why in the conversation, the audit chain has it, and the board shows the
group as unmanned for as long as it is.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, field
from datetime import datetime

from conversation.errors import Refused, UnknownConversation
from conversation.message import Note
from handoff.queue import Waiting
from handoff.service import DeskService

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unmanned:
    """Steps in where a group's own agents cannot; one for the life of a process.

    It remembers since when it has seen each group unmanned: agents who are only just coming
    back, after a restart say, find their customers where they were.
    """

    desk: DeskService
    _since: dict[str, datetime] = field(default_factory=dict)

    async def fall_back(self, now: datetime) -> list[Waiting]:
        """Move whoever waits in a group that has been unmanned for too long; returns them."""
        moved: list[Waiting] = []
        for group, patience in self.desk.routing.falling.items():
            if await self._manned(group, now):
                self._since.pop(group, None)
            elif now - self._since.setdefault(group, now) >= patience:
                waiting = await self.desk.queue.waiting(group)
                moved += [one for one in waiting if await self._move(one)]
        return moved

    async def _manned(self, group: str, now: datetime) -> bool:
        """Return whether a group has somebody who may serve it, or is closed."""
        routing = self.desk.routing
        if routing.hours.opens(group, now) is not None:
            return True
        return any(routing.serves(agent, group) for agent in await self.desk.queue.roster())

    async def _move(self, one: Waiting) -> bool:
        desk, identifier = self.desk, one.conversation_id
        to = desk.routing.fallback.group
        if not await desk.queue.reroute(identifier, one.group, to):
            return False
        _LOG.warning("nobody may serve the group", extra={"group": one.group})
        text = desk.routing.unmanned_note.format(group=desk.routing.group_name(one.group))
        with contextlib.suppress(Refused, UnknownConversation):  # the customer left meanwhile
            await desk.conversations.note(identifier, Note("system", "系统", text))
            await desk.turns.put(identifier)
        data = {"from": one.group, "to": to}
        await desk.audit.record("desk.fall_back", "system", identifier, data)
        return True
