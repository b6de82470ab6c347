"""The whole system, started on ports of its own, for measures from outside."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.roundtrip import measure as measure_roundtrip
from bench.takeup import measure as measure_takeup
from connectors.web.tokens import Tokens
from yinqiao.settings import ROOT, Settings

if TYPE_CHECKING:
    from bench.figure import Figure

_BASE = 28700


def measure() -> list[Figure]:
    """Start the system, measure its round trip, stop it; about some three minutes."""
    folder = Path(tempfile.mkdtemp(prefix="yinqiao-bench-"))
    # With the caches, the starter content is published anew within a minute.
    for part in ("models", "cache"):
        (folder / part).symlink_to(ROOT / "var" / part)
    # Publications of this measure must not reach the system that is installed here.
    published = ROOT / "var" / "knowledge_base"
    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(published, folder / published.name, ignore=hidden, copy_function=os.link)
    names = ("valkey", "gateway", "desk", "rasa", "actions")
    ports = {f"YINQIAO_{name.upper()}_PORT": str(_BASE + n) for n, name in enumerate(names)}
    environment = {**os.environ, "YINQIAO_VAR": str(folder), "PYTHONUNBUFFERED": "1", **ports}
    command = [sys.executable, "-m", "yinqiao"]
    # By itself, for what builds a snapshot would be weighed with what serves it.
    subprocess.run([*command, "setup"], env=environment, stdout=subprocess.DEVNULL, check=True)
    running = subprocess.Popen(
        [*command, "demo"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout  # noqa: S101 - it was asked for
        if not any(line.startswith("ready") for line in running.stdout):
            sys.exit((folder / "logs" / "yinqiao.log").read_text("utf-8")[-2000:])
        settings = Settings(var=folder, valkey_port=_BASE, gateway_port=_BASE + 1)
        tokens = Tokens(settings.secret())
        talk = asyncio.run(measure_roundtrip(settings.gateway_url, tokens, running.pid))
        return [*talk, *measure_takeup(settings)]
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate()
        shutil.rmtree(folder)
