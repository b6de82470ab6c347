"""Files that customers and agents sent: they follow their conversation."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.rights.holder import Tally
from compliance.rights.terms import Keep
from conversation.archive_records import ArchiveRecords
from conversation.conversation import split_id
from conversation.files import Files
from conversation.live_records import LiveRecords


@dataclass(frozen=True, slots=True)
class FilesHolder:
    """Asked after the live store and the archive: what neither knows any more loses its files."""

    files: Files
    live: LiveRecords
    archive: ArchiveRecords
    name: str = "files"

    async def export(self, customer_key: str) -> Sequence[Mapping[str, Any]]:
        """See `Holder.export`; the content is base64."""
        found: list[dict[str, Any]] = []
        for conversation in await self.files.conversations(customer_key):
            for identifier in await self.files.of(conversation):
                if stored := await self.files.get(customer_key, identifier):
                    content = base64.b64encode(stored.content).decode()
                    found.append(
                        {
                            "conversation": conversation,
                            "id": identifier,
                            "type": stored.type,
                            "content": content,
                        }
                    )
        return found

    async def erase(self, customer_key: str, keep: Keep) -> Tally:
        """See `Holder.erase`."""
        return await self._sweep(await self.files.conversations(customer_key), keep)

    async def expire(self, keep: Keep, *, dry_run: bool) -> Tally:
        """See `Holder.expire`."""
        return await self._sweep(await self.files.conversations(), keep, dry_run=dry_run)

    async def _sweep(
        self, conversations: Iterable[str], keep: Keep, *, dry_run: bool = False
    ) -> Tally:
        deleted = held = 0
        for conversation in conversations:
            if await self._known(conversation):
                continue
            if keep.held(conversation):
                held += 1
            elif dry_run:
                deleted += len(await self.files.of(conversation))
            else:
                deleted += await self.files.forget(conversation)
        return Tally(self.name, deleted=deleted, held=held)

    async def _known(self, conversation: str) -> bool:
        key = split_id(conversation)[0]
        live = {one.id for one in await self.live.of_customer(key)}
        if conversation in live:
            return True
        kept = await asyncio.to_thread(self.archive.of_customer, key)
        return conversation in {one.id for one in kept}
