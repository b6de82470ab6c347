"""Files follow their conversation on a real server: kept while it is known, gone with it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from compliance.rights.holds import Hold, Holding
from compliance.rights.terms import Keep
from conversation.approved import Seal
from conversation.archive import archived
from conversation.conversation import Customer
from conversation.disk_files import DiskFiles
from conversation.memory_archive import MemoryArchive
from conversation.memory_archive_records import MemoryArchiveRecords
from conversation.redis_live_records import RedisLiveRecords
from conversation.redis_store import RedisConversations
from conversation.redis_wake import Wake
from tests.unit.conversation.samples import PDF, PNG
from yinqiao.retention.files import FilesHolder

NOW = datetime.now(UTC)
ANNA = Customer("web", "anna")


class House:
    """The stores that the holder asks."""

    def __init__(self, client: Redis, root: Path) -> None:
        """Start empty."""
        self.store = RedisConversations(client, Seal(), Wake(client))
        self.archive = MemoryArchive()
        self.records = MemoryArchiveRecords(self.archive)
        self.files = DiskFiles(root)
        live = RedisLiveRecords(client, self.store)
        self.holder = FilesHolder(self.files, live, self.records)

    async def closed(self) -> str:
        """Let a conversation with a picture end, and be archived."""
        conversation = await self.store.open(ANNA)
        await self.files.put(conversation.id, "回单.png", PNG)
        await self.store.close(conversation.id, conversation.epoch, "customer")
        closed = await self.store.get(conversation.id)
        log = await self.store.log(conversation.id)
        self.archive.put(archived(closed, log))
        return conversation.id


@pytest.fixture
def house(redis_client: Redis, tmp_path: Path) -> House:
    """Return the stores on an empty server."""
    return House(redis_client, tmp_path)


def keep(*held: str) -> Keep:
    """Return what must stay: only what is on hold."""
    return Keep(NOW, {}, Holding.of(Hold(each, "li", "诉讼", NOW) for each in held))


async def test_files_stay_while_the_conversation_is_live_or_archived(house: House) -> None:
    conversation = await house.closed()
    assert (await house.holder.expire(keep(), dry_run=False)).deleted == 0
    await house.store.expire(conversation, timedelta(0))
    assert (await house.holder.erase(ANNA.key, keep())).deleted == 0
    assert len(await house.files.of(conversation)) == 1


async def test_files_go_when_neither_knows_the_conversation(house: House) -> None:
    conversation = await house.closed()
    still = await house.store.open(ANNA)
    await house.files.put(still.id, "流水.pdf", PDF)
    await house.store.expire(conversation, timedelta(0))
    house.records.delete([conversation])
    held = await house.holder.expire(keep(conversation), dry_run=False)
    assert (held.deleted, held.held) == (0, 1)
    assert (await house.holder.expire(keep(), dry_run=True)).deleted == 1
    assert (await house.holder.expire(keep(), dry_run=False)).deleted == 1
    assert await house.files.conversations() == [still.id]


async def test_a_customer_gets_the_files_themselves(house: House) -> None:
    conversation = await house.closed()
    (exported,) = await house.holder.export(ANNA.key)
    assert exported["conversation"] == conversation
    assert base64.b64decode(exported["content"]) == PNG
    assert await house.holder.export(Customer("web", "bert").key) == []
