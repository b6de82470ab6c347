"""The whole system, started on ports of its own, for measures from outside."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.roundtrip import measure as measure_roundtrip
from bench.takeup import measure as measure_takeup
from connectors.web.tokens import Tokens
from yinqiao.settings import ROOT, Settings

if TYPE_CHECKING:
    from bench.figure import Figure

_BASE = 28700
_NAMES = ("valkey", "gateway", "desk", "rasa", "actions")
_UNLIMITED = ("visitor", "account", "address", "sessions")


def measure() -> list[Figure]:
    """Start the system, measure its round trip, stop it; about some three minutes."""
    with running_system() as (settings, supervisor):
        tokens = Tokens(settings.secret())
        talk = asyncio.run(measure_roundtrip(settings.gateway_url, tokens, supervisor))
        return [*talk, *measure_takeup(settings)]


@contextmanager
def running_system() -> Iterator[tuple[Settings, int]]:
    """Start everything in a folder of its own; yields its settings and the supervisor's id.

    Nobody is told to write more slowly here.
    """
    folder = Path(tempfile.mkdtemp(prefix="yinqiao-bench-"))
    _bring(folder)
    ports = {f"YINQIAO_{name.upper()}_PORT": str(_BASE + n) for n, name in enumerate(_NAMES)}
    limits = {f"YINQIAO_{name.upper()}_PER_MINUTE": "0" for name in _UNLIMITED}
    own = {"YINQIAO_VAR": str(folder), "PYTHONUNBUFFERED": "1", **ports, **limits}
    environment = {**os.environ, **own}
    command = [sys.executable, "-m", "yinqiao"]
    # By itself, for what builds a snapshot would be weighed with what serves it.
    subprocess.run([*command, "setup"], env=environment, stdout=subprocess.DEVNULL, check=True)
    running = subprocess.Popen([*command, "up"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout  # noqa: S101 - it was asked for
        if not any(line.startswith("ready") for line in running.stdout):
            sys.exit((folder / "logs" / "yinqiao.log").read_text("utf-8")[-2000:])
        numbers = {f"{name}_port": _BASE + n for n, name in enumerate(_NAMES)}
        yield Settings.model_validate({"var": folder, **numbers}), running.pid
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate()
        shutil.rmtree(folder)


def _bring(folder: Path) -> None:
    """Bring what set-up has made; what is published here must not reach the system installed."""
    for part in ("models", "cache"):
        (folder / part).symlink_to(ROOT / "var" / part)
    published = ROOT / "var" / "knowledge_base"
    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(published, folder / published.name, ignore=hidden, copy_function=os.link)
    # The catalogue belongs to what is published.
    with (
        closing(sqlite3.connect(ROOT / "var" / "records.db")) as old,
        closing(sqlite3.connect(folder / "records.db")) as new,
    ):
        old.backup(new)
