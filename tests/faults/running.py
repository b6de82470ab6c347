"""A process that the test started: what it prints, and the signals it gets."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from signal import SIGKILL, Signals

from tests.conftest import ROOT

PATIENCE = 240
"""Seconds for whatever must happen; a busy machine only takes longer."""
_ALL: list[Running] = []


@dataclass(slots=True)
class Running:
    """One process and what it has printed."""

    process: asyncio.subprocess.Process
    printed: list[str] = field(default_factory=list)
    reading: asyncio.Task[None] | None = None

    def signal(self, number: Signals) -> None:
        """Send a signal, unless it has ended."""
        # Popen's own way reaps the dead, which is the event loop's to do.
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    async def kill(self) -> None:
        """End it by SIGKILL, frozen or not, and wait for the end."""
        self.signal(SIGKILL)
        await self.process.wait()

    async def prints(self, words: str) -> None:
        """Wait until it has printed some words."""
        async with asyncio.timeout(PATIENCE):
            while not any(words in line for line in self.printed):
                assert self.process.returncode is None, "\n".join(self.printed[-20:])
                await asyncio.sleep(0.05)

    async def read(self) -> None:
        """Keep what it prints."""
        assert self.process.stdout
        while line := await self.process.stdout.readline():
            self.printed.append(line.decode("utf-8", "replace").rstrip())


async def start(command: Sequence[str], environment: Mapping[str, str]) -> Running:
    """Start a process, which `end_all` ends."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = Running(process)
    running.reading = asyncio.create_task(running.read())
    _ALL.append(running)
    return running


async def end_all() -> None:
    """End whatever still runs, the last first."""
    while _ALL:
        running = _ALL.pop()
        await running.kill()
        assert running.reading
        await running.reading
