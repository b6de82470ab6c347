"""The live store's half: every key of ours with its time to live, as of one moment."""

from __future__ import annotations

import base64
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import cast

from redis import Redis
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError

from yinqiao.backup.errors import StillRunning, StoreFailed
from yinqiao.backup.file import Row
from yinqiao.live_store import is_cluster
from yinqiao.settings import Settings
from yinqiao.valkey import valkey_command

_OURS = "yq:*"
_STARTS_WITHIN = 120.0
_CLUSTER = "a cluster has no one moment; save each of its masters by the cluster's own means"
# One script, so that no other command comes in between: state, log, mailbox, tickets and queue
# are of the same moment. Nothing else is served meanwhile.
_EVERYTHING = """
local found = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  found[#found + 1] = key
  found[#found + 1] = redis.call('PTTL', key)
  found[#found + 1] = redis.call('DUMP', key)
end
return found
"""


@contextmanager
def open_store(settings: Settings, *, must_rest: bool = False) -> Iterator[Redis]:
    """Yield the live store, starting the embedded one when it does not run.

    Raises:
        StillRunning: the embedded store runs, and must not.
        StoreFailed: it does not answer, or is a cluster.
    """
    if is_cluster(settings.store_url):
        raise StoreFailed(_CLUSTER)
    with Redis.from_url(settings.store_url, socket_connect_timeout=2) as client:
        if settings.redis_url or _answers(client):
            if must_rest and not settings.redis_url:
                raise StillRunning(settings.store_url)
            with _translated():
                client.ping()
                yield client
            return
        with _started(settings, client), _translated():
            yield client


def dump(client: Redis) -> Iterator[Row]:
    """Yield every key of ours; raises `StoreFailed`, also for a cluster."""
    found = cast("list[bytes | int]", client.eval(_EVERYTHING, 0, _OURS))
    for key, ttl, value in zip(found[::3], found[1::3], found[2::3], strict=True):
        yield {"key": _text(key), "ttl": ttl, "value": _text(value)}


def is_empty(client: Redis) -> bool:
    """Tell whether nothing of ours is there."""
    return next(client.scan_iter(_OURS, count=1000), None) is None


def load(client: Redis, rows: Iterable[Row]) -> int:
    """Put keys back; returns how many."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - the count is what is returned
        key, value = (base64.b64decode(row[name]) for name in ("key", "value"))
        client.restore(key, max(int(row["ttl"]), 0), value)
    return count


def _text(value: bytes | int) -> str:
    return base64.b64encode(cast("bytes", value)).decode()


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except (NoConnection, TimeoutError):
        return False
    except RedisError:
        # It loads its file: it runs.
        return True


@contextmanager
def _started(settings: Settings, client: Redis) -> Iterator[None]:
    command = valkey_command(settings.var / "valkey", settings.valkey_port, fsync="always")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:  # noqa: S603 - the wheel's
        try:
            deadline = time.monotonic() + _STARTS_WITHIN
            while not _ready(client):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise StoreFailed("the embedded store did not start")
                time.sleep(0.05)
            yield
        finally:
            server.terminate()


def _ready(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreFailed(error) from error
