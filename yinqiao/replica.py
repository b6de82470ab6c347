"""What keeps the searcher of a process in step with publications."""

from __future__ import annotations

import os
import socket

from redis.asyncio import Redis

from knowledge_base.publication.redis_announcer import RedisAnnouncements
from knowledge_base.publication.replica import Replica
from knowledge_base.retrieval.search import Searcher


def replica_of(name: str, searcher: Searcher, redis: Redis) -> tuple[Replica, RedisAnnouncements]:
    """Return what keeps the searcher of this process up to date; both must run."""
    announcements = RedisAnnouncements(redis)
    unique = f"{name}-{socket.gethostname()}-{os.getpid()}"
    return Replica(unique, searcher, announcements), announcements
