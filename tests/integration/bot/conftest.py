"""A real Rasa with the project's model, a real action server, a real Valkey: all on loopback."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from bot.client import RasaBot
from bot.rasa_process import ROOT, RasaSettings, rasa_environment, serve_command
from bot.training import train
from tests.conftest import free_port
from tests.integration.bot.servers import ActionServer, ValkeyServer, wait_until


@pytest.fixture(scope="session")
def actions() -> Iterator[ActionServer]:
    """Serve the actions over the double."""
    server = ActionServer(free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """Serve a store for Rasa alone."""
    server = ValkeyServer(free_port(), tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def rasa_url(actions: ActionServer, valkey: ValkeyServer) -> Iterator[str]:
    """Serve the project's own model (trained once for each content); yields Rasa's URL."""
    settings = RasaSettings(
        redis_url=valkey.url,
        actions_url=f"http://127.0.0.1:{actions.port}/webhook",
        tracker_events=40,
        port=free_port(),
    )
    model = train(ROOT / "var" / "models" / "rasa", settings)
    url = f"http://127.0.0.1:{settings.port}"
    process = subprocess.Popen(
        serve_command(settings, model),
        cwd=ROOT,
        env=rasa_environment(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def ready() -> bool:
        try:
            return httpx.get(f"{url}/webhooks/yinqiao/").is_success
        except httpx.TransportError:
            return False

    wait_until(ready, "Rasa", lambda: process.poll() is None)
    yield url
    process.terminate()
    process.wait()


@pytest.fixture
async def bot(rasa_url: str) -> AsyncIterator[RasaBot]:
    """Yield the client."""
    client = RasaBot(rasa_url, timeout=60.0, values=lambda: {"hotline": "95000"})
    yield client
    await client.aclose()
