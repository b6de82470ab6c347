"""Replicas take up what is published: two real processes, a real Valkey, no torn read."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from knowledge_base.article import Article
from knowledge_base.publication.errors import AnnouncerDown
from knowledge_base.publication.memory_announcer import MemoryAnnouncer
from knowledge_base.publication.ports import Announcements, Announcer, Serving
from knowledge_base.publication.redis_announcer import (
    CURRENT,
    REPLICAS,
    RedisAnnouncements,
    RedisAnnouncer,
    serving_key,
)
from knowledge_base.publication.replica import Replica
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.publish import publish, put_in_service, rollback
from knowledge_base.retrieval.search import Searcher
from knowledge_base.retrieval.snapshot import Pointer, read_pointer, write_pointer
from language.encoder import Encoder
from tests.conftest import ROOT, free_port
from yinqiao.valkey import valkey_command
from yinqiao.wiring import background

NAMES = ("one", "two")
ONCE = AsyncRetry(NoBackoff(), 0)
AT_ONCE = Retry(NoBackoff(), 0)
"""A client that says at once that the server is gone."""


def edition(articles: list[Article], number: int) -> list[Article]:
    return [a.model_copy(update={"body": f"第{number}版。{a.body}"}) for a in articles]


@pytest.fixture
def blocking(valkey_url: str, redis_client: AsyncRedis) -> Iterator[Redis]:
    """Yield a blocking client on the emptied database."""
    assert redis_client
    with Redis.from_url(valkey_url, decode_responses=True) as client:
        yield client


def start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


@pytest.fixture(params=["memory", "redis"])
async def both(
    request: pytest.FixtureRequest, redis_client: AsyncRedis, blocking: Redis
) -> AsyncIterator[tuple[Announcer, Announcements]]:
    """Yield each implementation's two sides."""
    if request.param == "memory":
        memory = MemoryAnnouncer()
        yield memory, memory
        return
    announcements = RedisAnnouncements(redis_client)
    async with background(announcements.run()):
        await announcements.listening.wait()
        await announcements.wait(10)  # the start itself counts as news
        yield RedisAnnouncer(lambda: blocking), announcements


async def test_an_announcement_wakes_who_waits(both: tuple[Announcer, Announcements]) -> None:
    announcer, announcements = both
    waiting = asyncio.create_task(announcements.wait(600))
    await asyncio.sleep(0)
    await asyncio.to_thread(announcer.announce, "s1")
    async with asyncio.timeout(20):
        await waiting


async def test_who_is_cancelled_while_news_comes_ends(
    both: tuple[Announcer, Announcements],
) -> None:
    announcer, announcements = both
    waiting = asyncio.create_task(announcements.wait(600))
    await asyncio.sleep(0)
    announcer.announce("s1")
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_replicas_say_what_they_serve(both: tuple[Announcer, Announcements]) -> None:
    announcer, announcements = both
    assert announcer.serving() == []
    await announcements.register(Serving("two", "s1"))
    await announcements.register(Serving("one", "s0", "snapshot_damaged"))
    await announcements.register(Serving("two", "s2"))
    assert announcer.serving() == [Serving("one", "s0", "snapshot_damaged"), Serving("two", "s2")]


async def test_a_late_starter_finds_the_name_and_a_dead_replica_is_forgotten(
    redis_client: AsyncRedis, blocking: Redis
) -> None:
    announcer, announcements = RedisAnnouncer(lambda: blocking), RedisAnnouncements(redis_client)
    assert await announcements.current() is None
    announcer.announce("s1")
    assert await announcements.current() == "s1" == blocking.get(CURRENT)
    await announcements.register(Serving("one", "s1"))
    assert 0 < int(str(blocking.ttl(serving_key("one")))) <= 10
    blocking.delete(serving_key("one"))  # as its time to live does
    assert announcer.serving() == []
    assert blocking.zcard(REPLICAS) == 0


async def test_a_replica_serves_on_while_redis_is_gone_and_hears_again_after_it_is_back(
    published_twice: tuple[Path, list[str]], encoder: Encoder
) -> None:
    root, (first, second) = published_twice
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = valkey_command(Path(folder), port)
        server = start(command)
        async with AsyncRedis(port=port, decode_responses=True, retry=ONCE) as client:
            announcements = RedisAnnouncements(client)
            searcher = Searcher.open(root, encoder)
            replica = Replica("one", searcher, announcements, poll=0.05)
            async with background(announcements.run(), replica.run()):
                async with asyncio.timeout(20):
                    await announcements.listening.wait()
                server.kill()
                server.wait()
                rollback(root, first)
                with Redis(port=port, retry=AT_ONCE) as gone, pytest.raises(AnnouncerDown):
                    RedisAnnouncer(lambda: gone).announce(first)
                await until(lambda: searcher.snapshot.name == first)  # by the pointer file
                await until(lambda: not announcements.listening.is_set())
                server = start(command)
                async with asyncio.timeout(20):
                    await announcements.listening.wait()
                with Redis(port=port, decode_responses=True) as back:
                    await until(
                        lambda: RedisAnnouncer(lambda: back).serving() == [Serving("one", first)]
                    )
        server.terminate()
        server.wait()
    assert second


async def test_a_damaged_snapshot_leaves_the_old_one_serving_and_is_told(
    published_twice: tuple[Path, list[str]], encoder: Encoder
) -> None:
    root, (first, second) = published_twice
    memory = MemoryAnnouncer()
    replica = Replica("one", Searcher.open(root, encoder), memory)
    (root / "snapshots" / first / "articles.json").write_text("[]")
    assert await replica.take_up() == Serving("one", second)
    write_pointer(root, Pointer(snapshot=first, previous=(second,)))
    assert await replica.take_up() == Serving("one", second, "snapshot_damaged")
    assert memory.serving() == [Serving("one", second, "snapshot_damaged")]


def test_two_processes_take_up_each_publication_and_no_read_is_torn(
    published_twice: tuple[Path, list[str]],
    small_bank: list[Article],
    builder: Builder,
    valkey_url: str,
    blocking: Redis,
) -> None:
    root, (first, second) = published_twice
    third = builder.build(edition(small_bank, 3), root).name
    put_in_service(root, third)
    announcer = RedisAnnouncer(lambda: blocking)
    module = "tests.integration.knowledge_base.publication.replica_process"
    told: list[list[str]] = []
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", module, str(root), valkey_url, name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in NAMES
    ]
    try:
        outputs = [process.stdout for process in processes]
        assert all(output and output.readline() for output in outputs)  # both serve
        for wanted in (second, first):
            rollback(root, wanted)
            announcer.announce(wanted)
            for output in outputs:
                assert output
                for line in iter(output.readline, ""):
                    told.append(line.split())
                    if wanted in told[-1]:
                        break
        ends = [rest(process) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
            assert process.stdout
            process.stdout.close()
    editions = {first: "第1", second: "第2", third: "第3"}
    told += [line.split() for end in ends for line in end]
    assert {first, second} <= {line[2] for line in told}
    assert all(line[0] == "answer" for line in told)
    assert all(line[3:] == [editions[line[2]]] for line in told)
    assert [process.returncode for process in processes] == [0, 0]
    assert read_pointer(root).snapshot == first


@pytest.fixture
def builder(encoder: Encoder, vector_cache: Path) -> Builder:
    return Builder(encoder, cache=vector_cache)


@pytest.fixture
def published_twice(
    tmp_path: Path, small_bank: list[Article], builder: Builder
) -> tuple[Path, list[str]]:
    """Return a root with two editions, the second in service, and their names."""
    names = [publish(edition(small_bank, n), tmp_path, builder).name for n in (1, 2)]
    return tmp_path, names


def rest(process: subprocess.Popen[str]) -> list[str]:
    """End a process by the end of its input; return what it still has to say."""
    assert process.stdin
    assert process.stdout
    process.stdin.close()
    lines = process.stdout.readlines()
    process.wait()
    return lines


async def until(true: Callable[[], bool]) -> None:
    """Wait until it is true; the limit is for a machine that hangs."""
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110  -- nothing sets an event here
            await asyncio.sleep(0)
