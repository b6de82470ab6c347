"""The product's processes one by one, so that each can be frozen, killed or set apart."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGTERM, Signals

from bot.rasa_process import rasa_environment, serve_command
from tests.conftest import ROOT, free_port
from tests.running import environment_of, furnish
from yinqiao.processes import answers, rasa_settings
from yinqiao.settings import Settings
from yinqiao.setup import model_path
from yinqiao.valkey import valkey_command

PATIENCE = 240
"""Seconds for whatever must happen; a busy machine only takes longer."""
_PORTS = ("valkey", "gateway", "desk", "rasa", "actions")


@dataclass(slots=True)
class Running:
    """One process and what it has printed."""

    process: asyncio.subprocess.Process
    printed: list[str] = field(default_factory=list)

    def signal(self, number: Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    async def end(self, number: Signals = SIGTERM) -> None:
        """Send a signal that ends it, and wait for the end."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
            # Whoever is frozen hears nothing else.
            self.process.send_signal(SIGCONT)
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


@dataclass(slots=True)
class House:
    """An installation whose processes are started by name; each may see ports of its own."""

    var: Path
    settings: Mapping[str, object] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in _PORTS})
    _running: list[tuple[Running, asyncio.Task[None]]] = field(default_factory=list)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[House]:
        """Lay out what set-up has made; end what still runs."""
        furnish(self.var)
        try:
            yield self
        finally:
            for running, reading in reversed(self._running):
                await running.end(SIGKILL)
                await reading

    @property
    def url(self) -> str:
        """Where customers are served."""
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @property
    def store(self) -> str:
        """The live store's URL."""
        return f"redis://127.0.0.1:{self.ports['valkey']}/0"

    async def valkey(self, fsync: str = "always") -> Running:
        """Start the live store, on the data that it had."""
        command = valkey_command(self.var / "valkey", self.ports["valkey"], fsync=fsync)
        running = await self._start(command, {**os.environ})
        await running.prints("Ready to accept connections")
        return running

    async def serve(self, name: str, **settings: object) -> Running:
        """Start one of our own processes, and wait until it is ready."""
        seen = environment_of(self.var, self.ports, **{**self.settings, **settings})
        command = [sys.executable, "-m", "yinqiao", "serve", name]
        running = await self._start(command, {**seen, "OMP_NUM_THREADS": "1"})
        if name != "worker":
            await self._ready(f"http://127.0.0.1:{self.ports[name]}/readyz", running)
        return running

    async def rasa(self, **settings: object) -> Running:
        """Start Rasa, and wait until its model is loaded."""
        ports = {f"{name}_port": port for name, port in self.ports.items()}
        seen = Settings.model_validate({"var": self.var, **ports, **settings})
        chosen = rasa_settings(seen)
        command = serve_command(chosen, model_path(seen))
        running = await self._start(command, rasa_environment(chosen))
        await self._ready(f"{seen.rasa_url}/webhooks/yinqiao/", running)
        return running

    async def _start(self, command: list[str], environment: Mapping[str, str]) -> Running:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        running = Running(process)
        self._running.append((running, asyncio.create_task(running.read())))
        return running

    @staticmethod
    async def _ready(url: str, running: Running) -> None:
        ready = answers(url)
        async with asyncio.timeout(PATIENCE):
            while not await ready():
                assert running.process.returncode is None, "\n".join(running.printed[-20:])
                await asyncio.sleep(0.05)
