"""What every ring of tests shares: real servers on loopback, the built encoder."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NotYet

from tests.postgresql import new_database, running_postgresql
from tests.valkey_cluster import Cluster, running_cluster
from yinqiao.valkey import valkey_command

ROOT = Path(__file__).parents[1]
_NEVER = 60_000


def free_port() -> int:
    """Return a loopback port that is free now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """Start one real Valkey server for the whole run; yields its URL."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(valkey_command(Path(folder), port), stdout=subprocess.DEVNULL)
        with BlockingRedis(port=port) as client:
            deadline = time.monotonic() + 10
            while True:
                try:
                    client.ping()
                    break
                except NotYet:
                    assert server.poll() is None
                    assert time.monotonic() < deadline, "Valkey did not start"
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()
        server.wait()


@pytest.fixture
async def redis_client(valkey_url: str) -> AsyncIterator[Redis]:
    """Yield a decoding client on an empty database."""
    async with Redis.from_url(valkey_url, decode_responses=True) as client:
        await client.flushall()
        yield client


@pytest.fixture(scope="session")
def valkey_cluster() -> Iterator[Cluster]:
    """Start one cluster for the whole run; no node of it is taken for dead."""
    with running_cluster(free_port, node_timeout=_NEVER) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgresql() -> Iterator[sa.URL]:
    """Start one PostgreSQL server for the whole run; yields the URL of its first database."""
    with running_postgresql() as url:
        yield url


@pytest.fixture(scope="module")
def postgresql_server(postgresql: sa.URL) -> str:
    """Return the URL of a database of the module's own."""
    return new_database(postgresql)
