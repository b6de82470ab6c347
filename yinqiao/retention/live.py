"""What the live store holds of a customer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.rights.errors import NotSettled
from compliance.rights.holder import Tally
from compliance.rights.terms import Keep
from conversation.archive_records import ArchiveRecords
from conversation.conversation import Conversation
from conversation.errors import OwnerChanged
from conversation.live_records import LiveRecords
from conversation.message import Message
from conversation.ports import Conversations, Turns
from yinqiao.retention.plain import conversation_as_plain

_PAGE = 500
_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class LiveHolder:
    """Conversations until they are archived and their days in the live store are over.

    It is the first to be asked to delete: nothing goes anywhere while a conversation is open, or
    before the archive, which decides what the law keeps, has it.
    """

    live: LiveRecords
    conversations: Conversations
    turns: Turns
    archive: ArchiveRecords
    name: str = "live"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`; what is archived already is told by the archive."""
        archived = await self._archived(customer_key)
        held = await self.live.of_customer(customer_key)
        return [await self._plain(one) for one in held if one.id not in archived]

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """See `Holder.erase`."""
        archived = await self._archived(customer_key)
        # An archiver that is still at work might write down what was just deleted.
        waiting = set(await self.turns.finished(_WAITING))
        held = {one.id for one in await self.live.of_customer(customer_key)}
        if held - archived or held & waiting:
            raise NotSettled
        going = {one for one in held if not keep.held(one)}
        try:
            await self.live.forget(customer_key, going)
        except OwnerChanged as error:
            raise NotSettled from error
        return Tally(self.name, deleted=len(going), held=len(held) - len(going))

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:  # noqa: ARG002 - the port's
        """See `Holder.expire`; the store itself lets closed conversations go."""
        return Tally(self.name)

    async def _archived(self, customer_key: str) -> set[str]:
        kept = await asyncio.to_thread(self.archive.of_customer, customer_key)
        return {one.id for one in kept}

    async def _plain(self, held: Conversation) -> dict[str, Any]:
        log: list[Message] = []
        after = "0-0"
        while page := await self.conversations.log(held.id, after=after, limit=_PAGE):
            log += page
            after = page[-1].id
        return conversation_as_plain(
            held.id, held.customer, log, opened=held.opened_at.isoformat(), owner=held.owner.value
        )
