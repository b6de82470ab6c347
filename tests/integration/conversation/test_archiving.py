"""Archiving on a real Valkey and a real database, by several archivers, one of them killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis

from conversation.approved import Seal
from conversation.archiver import Archiver
from conversation.conversation import Customer
from conversation.errors import UnknownConversation
from conversation.ports import Incoming
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.sql_archive import SqlArchive

ROOT = Path(__file__).parents[3]
MANY = 12
DYING = """
import asyncio, os, signal, sys
import sqlalchemy as sa
from datetime import timedelta
from redis.asyncio import Redis
from conversation.approved import Seal
from conversation.archiver import Archiver
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.sql_archive import SqlArchive

step, redis_url, records_url = sys.argv[1:]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def die_later(*_):
    die()

async def main():
    client = Redis.from_url(redis_url, decode_responses=True)
    store = RedisConversations(client, Seal(), Wake(client))
    turns = RedisTurns(client, "dying")
    archive = SqlArchive(sa.create_engine(records_url, connect_args={"timeout": 30}))
    # Dies the moment before the step is taken, the step before it being done.
    if step == "put":
        archive.put = die
    elif step == "expire":
        store.expire = die_later
    else:
        turns.archived = die_later
    await Archiver(store, turns, archive, expire_after=timedelta(0)).work()

asyncio.run(main())
"""


@pytest.fixture
def records_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.fixture
def archive(records_url: str) -> Iterator[SqlArchive]:
    engine = sa.create_engine(records_url, connect_args={"timeout": 30})
    made = SqlArchive(engine)
    made.create()
    yield made
    engine.dispose()


async def finished(store: RedisConversations, turns: RedisTurns) -> dict[str, str]:
    """Close some conversations; returns conversation → what was said in it."""
    said: dict[str, str] = {}
    for number in range(MANY):
        text = f"第{number}个问题"
        customer = Customer("web", f"visitor-{number}")
        taken = await store.accept(customer, Incoming("c", text))
        state = await store.get(taken.conversation_id)
        await store.close(state.id, state.epoch, "a1")
        await turns.finish(state.id)
        said[state.id] = text
    return said


def whole(archive: SqlArchive, said: dict[str, str]) -> bool:
    kept = [archive.get(identifier) for identifier in said]
    return all(
        one is not None and one.messages[0].text == said[one.id] and one.events for one in kept
    )


async def test_several_archivers_at_once(redis_client: Redis, archive: SqlArchive) -> None:
    store = RedisConversations(redis_client, Seal(), Wake(redis_client))
    turns = [RedisTurns(redis_client, f"w{number}") for number in range(3)]
    said = await finished(store, turns[0])
    archivers = [Archiver(store, one, archive, expire_after=timedelta(0)) for one in turns]
    await asyncio.gather(*(archiver.work() for archiver in archivers))
    assert whole(archive, said)
    assert await turns[0].finished() == []
    for identifier in said:
        with pytest.raises(UnknownConversation):
            await store.get(identifier)
    left = {key async for key in redis_client.scan_iter("yq:*")}
    assert all(key.endswith(":customer") or ":seen:" in key for key in left)


@pytest.mark.parametrize("step", ["put", "expire", "archived"])
async def test_an_archiver_that_is_killed_loses_nothing(
    step: str, redis_client: Redis, valkey_url: str, archive: SqlArchive, records_url: str
) -> None:
    store = RedisConversations(redis_client, Seal(), Wake(redis_client))
    turns = RedisTurns(redis_client, "w")
    said = await finished(store, turns)
    killed = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", DYING, step, valkey_url, records_url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(await turns.finished()) == MANY
    await Archiver(store, turns, archive, expire_after=timedelta(0)).work()
    assert whole(archive, said)
    assert await turns.finished() == []


async def test_what_is_archived_stays_in_the_live_store_for_a_while(
    redis_client: Redis, archive: SqlArchive
) -> None:
    store = RedisConversations(redis_client, Seal(), Wake(redis_client))
    turns = RedisTurns(redis_client, "w")
    said = await finished(store, turns)
    await Archiver(store, turns, archive, expire_after=timedelta(days=7)).work()
    for identifier, text in said.items():
        assert (await store.log(identifier))[0].text == text
    tag = next(iter(said)).partition("-")[0]
    held = {key async for key in redis_client.scan_iter(f"yq:{{{tag}}}:1:*")}
    assert held
    for key in held:
        assert 0 < await redis_client.ttl(key) <= 7 * 86_400
    assert await redis_client.ttl(f"yq:{{{tag}}}:customer") == -1
