"""How the live store is reached: one server, or a cluster by any of its nodes."""

from __future__ import annotations

from typing import cast

from redis import Redis as BlockingRedis
from redis import RedisCluster as BlockingCluster
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from conversation.redis_cluster import ClusterClient

_POOL, _TURN_AT_POOL = 256, 20
"""Connections of a process, and the seconds within which one must become free."""
_CLUSTER = "+cluster://"


def is_cluster(url: str) -> bool:
    """Tell whether a URL (`redis+cluster://`, `rediss+cluster://`) names a node of a cluster."""
    return _CLUSTER in url


def node_url(url: str) -> str:
    """Return the URL of the one server that is named, be it alone or a node of a cluster."""
    return url.replace(_CLUSTER, "://", 1)


def open_redis(url: str) -> Redis:
    """Return a decoding client that retries briefly and never waits for ever.

    Whoever finds all connections in use waits for one: thousands of customers may ask at once.
    """
    if is_cluster(url):
        cluster = ClusterClient.from_url(
            node_url(url),
            decode_responses=True,
            max_connections=_POOL,
            socket_timeout=5,
            socket_connect_timeout=2,
            retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 2),
            health_check_interval=15,
            require_full_coverage=False,
        )
        # No subclass, but whatever we ask of a server can be asked of it in the same words.
        return cast("Redis", cluster)
    pool = BlockingConnectionPool.from_url(
        url,
        decode_responses=True,
        max_connections=_POOL,
        timeout=_TURN_AT_POOL,
        socket_timeout=5,
        socket_connect_timeout=2,
        retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 2),
        health_check_interval=15,
    )
    return Redis.from_pool(pool)


def open_blocking(url: str) -> BlockingRedis:
    """Return a decoding client for commands and threads; raises what it raises of itself."""
    patience = {"socket_timeout": 2, "socket_connect_timeout": 2}
    if is_cluster(url):
        cluster = BlockingCluster.from_url(node_url(url), decode_responses=True, **patience)
        return cast("BlockingRedis", cluster)
    return BlockingRedis.from_url(url, decode_responses=True, **patience)
