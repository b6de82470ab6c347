"""Moves closed conversations from the live store to the archive.

A conversation waits in `Turns.finished` from the moment it is settled until it is archived *and*
its keys are to expire. Each step may be repeated and its process may die after any of them: the
next archiver, here or elsewhere, begins again with the same conversation.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from conversation.archive import Archive, archived
from conversation.conversation import Owner
from conversation.errors import Unavailable, UnknownConversation
from conversation.message import Message
from conversation.ports import Conversations, Turns

_LOG = logging.getLogger(__name__)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Archiver:
    """Archives what is finished; any number of them may run side by side.

    For `expire_after` an archived conversation can still be read from the live store, so that
    a customer who comes back soon sees it.
    """

    conversations: Conversations
    turns: Turns
    archive: Archive
    expire_after: timedelta = timedelta(days=7)
    every: timedelta = timedelta(seconds=10)
    batch: int = 100

    async def run(self) -> None:
        """Archive until cancelled."""
        while True:
            more = False
            try:
                more = await self.work() == self.batch
            except Unavailable as error:
                _LOG.warning("archiving postponed", extra={"reason": error.code})
            if not more:
                await asyncio.sleep(self.every.total_seconds())

    async def work(self) -> int:
        """Archive one batch; returns how many were archived.

        One that cannot be archived goes back to the end of the line, so that it holds up nobody.
        Raises `Unavailable` when the store or the archive does not answer.
        """
        done = 0
        for identifier in await self.turns.finished(self.batch):
            try:
                done += await self._move(identifier)
            except Unavailable:
                raise
            except Exception:  # noqa: BLE001 - whatever it is, the conversation is kept
                _LOG.exception("not archived", extra={"conversation": identifier})
                await self.turns.finish(identifier)
        return done

    async def _move(self, identifier: str) -> bool:
        try:
            conversation = await self.conversations.get(identifier)
            if conversation.owner is Owner.CLOSED:
                kept = archived(conversation, await self._log_of(identifier))
                # Still there: so what was read of the log was not cut short by its expiry.
                await self.conversations.get(identifier)
                await asyncio.to_thread(self.archive.put, kept)
                # Only now: until the archive has it, the live store is all there is.
                await self.conversations.expire(identifier, self.expire_after)
        except UnknownConversation:
            # Another archiver was here before, and its expiry has passed.
            await self.turns.archived(identifier)
            return False
        await self.turns.archived(identifier)
        return conversation.owner is Owner.CLOSED

    async def _log_of(self, identifier: str) -> list[Message]:
        log: list[Message] = []
        after = "0-0"
        while entries := await self.conversations.log(identifier, after=after, limit=_BATCH):
            log += entries
            after = entries[-1].id
        return log
