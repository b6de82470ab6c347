"""The product's processes one by one, so that each can be frozen, killed or set apart."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.rasa_process import rasa_environment, serve_command
from tests.conftest import free_port
from tests.faults.running import PATIENCE, Running, end_all, start
from tests.running import environment_of, furnish
from yinqiao.processes import answers, rasa_settings
from yinqiao.settings import Settings
from yinqiao.setup import model_path
from yinqiao.valkey import valkey_command

_PORTS = ("valkey", "gateway", "desk", "rasa", "actions")


@dataclass(slots=True)
class House:
    """An installation whose processes are started by name; each may see ports of its own."""

    var: Path
    settings: Mapping[str, object] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in _PORTS})

    @asynccontextmanager
    async def open(self) -> AsyncIterator[House]:
        """Lay out what set-up has made; end what still runs."""
        furnish(self.var)
        try:
            yield self
        finally:
            await end_all()

    @property
    def url(self) -> str:
        """Where customers are served."""
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @property
    def store(self) -> str:
        """The live store's URL."""
        return f"redis://127.0.0.1:{self.ports['valkey']}/0"

    async def valkey(self) -> Running:
        """Start the live store, on the data that it had."""
        return await valkey(self.var / "valkey", self.ports["valkey"])

    async def serve(self, name: str, **settings: object) -> Running:
        """Start one of our own processes, and wait until it is ready."""
        seen = environment_of(self.var, self.ports, **{**self.settings, **settings})
        command = [sys.executable, "-m", "yinqiao", "serve", name]
        running = await start(command, {**seen, "OMP_NUM_THREADS": "1"})
        if name != "worker":
            await self._ready(f"http://127.0.0.1:{self.ports[name]}/readyz", running)
        return running

    async def rasa(self, **settings: object) -> Running:
        """Start Rasa, and wait until its model is loaded."""
        ports = {f"{name}_port": port for name, port in self.ports.items()}
        seen = Settings.model_validate({"var": self.var, **ports, **settings})
        chosen = rasa_settings(seen)
        command = serve_command(chosen, model_path(seen))
        running = await start(command, rasa_environment(chosen))
        await self._ready(f"{seen.rasa_url}/webhooks/yinqiao/", running)
        return running

    @staticmethod
    async def _ready(url: str, running: Running) -> None:
        ready = answers(url)
        async with asyncio.timeout(PATIENCE):
            while not await ready():
                assert running.process.returncode is None, "\n".join(running.printed[-20:])
                await asyncio.sleep(0.05)


async def valkey(folder: Path, port: int, fsync: str = "always") -> Running:
    """Start a live store on the data in `folder`, and wait until it answers."""
    running = await start(valkey_command(folder, port, fsync=fsync), {**os.environ})
    await running.prints("Ready to accept connections")
    return running
