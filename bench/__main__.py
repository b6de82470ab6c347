"""Start the system on ports of its own, measure it, print and write the table."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.roundtrip import Figure, measure
from connectors.web.tokens import Tokens
from yinqiao.settings import ROOT, Settings

_BASE = 28700
_RESULTS = Path(__file__).parent / "results.md"


def main() -> None:
    """Run the benchmark; about a minute and a half."""
    folder = Path(tempfile.mkdtemp(prefix="yinqiao-bench-"))
    for part in ("models", "knowledge_base"):
        (folder / part).symlink_to(ROOT / "var" / part)
    names = ("valkey", "gateway", "desk", "rasa", "actions")
    ports = {f"YINQIAO_{name.upper()}_PORT": str(_BASE + n) for n, name in enumerate(names)}
    environment = {**os.environ, "YINQIAO_VAR": str(folder), "PYTHONUNBUFFERED": "1", **ports}
    command = [sys.executable, "-m", "yinqiao", "demo"]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout  # noqa: S101 - it was asked for
        if not any(line.startswith("ready") for line in running.stdout):
            sys.exit((folder / "logs" / "yinqiao.log").read_text("utf-8")[-2000:])
        settings = Settings(var=folder, gateway_port=_BASE + 1)
        tokens = Tokens(settings.secret())
        _report(asyncio.run(measure(settings.gateway_url, tokens, running.pid)))
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate()
        shutil.rmtree(folder)


def _report(figures: list[Figure]) -> None:
    rows = [f"| {f.name} | {f.value} | {f.goal} |" for f in figures]
    cores = os.cpu_count()
    head = [f"Made by `make bench` on {cores} cores.", "", "| figure | measured | goal |"]
    table = "\n".join([*head, "| --- | --- | --- |", *rows]) + "\n"
    print(table)
    _RESULTS.write_text("# Benchmark results\n\n" + table, "utf-8")


main()
