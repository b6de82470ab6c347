"""The processes of one installation: what each runs, and how one sees that it is ready."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.rasa_process import RasaSettings, rasa_environment, serve_command
from yinqiao.live_store import is_cluster, node_url
from yinqiao.settings import Settings
from yinqiao.valkey import valkey_command

Ready = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its command, its whole environment, and whether it is ready to work."""

    name: str
    argv: tuple[str, ...]
    ready: Ready
    environment: Mapping[str, str]


def processes_of(settings: Settings, model: Path) -> list[list[Process]]:
    """Return the processes in groups; a group starts when the one before is ready.

    `model` is the trained Rasa model.
    """
    first = [] if settings.redis_url else [_valkey(settings)]
    inner = [_rasa(settings, model), _own(settings, "actions", settings.actions_url)]
    outer = [
        _own(settings, "gateway", settings.gateway_url),
        _own(settings, "desk", settings.desk_url),
    ]
    if not settings.worker_in_gateway:
        outer.append(_own(settings, "worker", None))
    return [group for group in (first, inner + outer) if group]


def _valkey(settings: Settings) -> Process:
    folder = settings.var / "valkey"
    command = valkey_command(folder, settings.valkey_port, fsync=settings.valkey_fsync)
    return Process("valkey", tuple(command), _pings(settings.store_url), dict(os.environ))


def rasa_settings(settings: Settings) -> RasaSettings:
    """Return where Rasa's parts lie in this installation."""
    return RasaSettings(
        encoder=settings.tuned_encoder_dir,
        redis_url=node_url(settings.store_url),
        redis_cluster=is_cluster(settings.store_url),
        actions_url=f"{settings.actions_url}/webhook",
        tracker_ttl=settings.tracker_hours * 3600,
        port=settings.rasa_port,
    )


def _rasa(settings: Settings, model: Path) -> Process:
    chosen = rasa_settings(settings)
    command = serve_command(chosen, model)
    ready = answers(f"{settings.rasa_url}/webhooks/yinqiao/")
    return Process("rasa", tuple(command), ready, rasa_environment(chosen))


def _own(settings: Settings, name: str, url: str | None) -> Process:
    command = (sys.executable, "-m", "yinqiao", "serve", name)
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",
        **_passed_on(settings),
    }
    return Process(name, command, answers(f"{url}/readyz") if url else _always, environment)


def _passed_on(settings: Settings) -> dict[str, str]:
    """Return the settings that were given, so that every process sees the same ones."""
    # Secrets are inherited with the environment, or read from the file again.
    hidden = {name for name, value in settings if isinstance(value, SecretStr)}
    given = settings.model_dump(exclude_unset=True, exclude=hidden, mode="json")
    return {
        f"YINQIAO_{name.upper()}": value if isinstance(value, str) else _json(value)
        for name, value in given.items()
        if value is not None
    }


def _json(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).replace("'", '"')


async def _always() -> bool:
    return True


def answers(url: str) -> Ready:
    """Return whether a process answers at `url`."""

    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(url, timeout=2)).is_success
        except httpx.HTTPError:
            return False

    return ready


def _pings(url: str) -> Ready:
    async def ready() -> bool:
        try:
            async with Redis.from_url(url) as client:
                return bool(await client.ping())
        except (RedisError, OSError):
            return False

    return ready
