"""A process that searches: runs a replica, and reads all the while.

Arguments: root, Redis URL, name. A line for each time it reads: the decision, the snapshot, and the
editions that this snapshot's texts name. It ends at the end of its input.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from datetime import date
from pathlib import Path

from redis.asyncio import Redis

from knowledge_base.publication.redis_announcer import RedisAnnouncements
from knowledge_base.publication.replica import Replica
from knowledge_base.retrieval.search import Searcher
from language.encoder import Encoder
from tests.integration.knowledge_base.conftest import ENCODER
from yinqiao.wiring import background

DAY = date(2026, 11, 24)


def read(searcher: Searcher, ended: threading.Event) -> None:
    """Ask the same question for ever."""
    while not ended.is_set():
        result = searcher.search("银行卡丢了怎么办", at=DAY)
        snapshot = searcher.snapshot
        editions = {article.body.partition("版")[0] for article in snapshot.articles}
        print(result.decision, result.snapshot, snapshot.name, *editions, flush=True)  # noqa: T201  -- it is how it reports


async def main(root: Path, url: str, name: str) -> None:
    """Run the replica until the input ends."""
    searcher = Searcher.open(root, Encoder.load(ENCODER))
    ended = threading.Event()
    async with Redis.from_url(url, decode_responses=True) as client:
        announcements = RedisAnnouncements(client)
        replica = Replica(name, searcher, announcements, poll=60.0)
        async with background(announcements.run(), replica.run()):
            reading = asyncio.create_task(asyncio.to_thread(read, searcher, ended))
            await asyncio.to_thread(sys.stdin.read)
            ended.set()
            await reading


asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
