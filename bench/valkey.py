"""A Valkey of its own for a measure."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from yinqiao.valkey import valkey_command


def free_port() -> int:
    """Return a loopback port that is free now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_valkey() -> Iterator[str]:
    """Serve an empty one; yields its URL."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="yinqiao-bench-") as folder:
        server = subprocess.Popen(valkey_command(Path(folder), port), stdout=subprocess.DEVNULL)
        try:
            with Redis(port=port) as client:
                _wait(client)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


def _wait(client: Redis) -> None:
    for _ in range(100):
        try:
            client.ping()
        except NotYet:
            time.sleep(0.1)
        else:
            return
    message = "Valkey did not start"
    raise TimeoutError(message)
