"""How Rasa is started: its environment variables and its command lines."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# `bot/` lies in the project's root, and Rasa's working directory must be that root.
ROOT = Path(__file__).resolve().parent.parent
# What a child needs of its parent's environment; everything else is set below, by name.
_INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")


@dataclass(frozen=True, slots=True)
class RasaSettings:
    """Where Rasa's parts lie. `python` is the interpreter of Rasa's own environment.

    `redis_url` may hold a password, which is why it goes by the environment and never by argv.
    """

    python: Path = ROOT / ".venv-rasa" / "bin" / "python"
    encoder: Path = ROOT / "var" / "models" / "tuned"
    redis_url: str = "redis://127.0.0.1:6379/0"
    redis_cluster: bool = False
    actions_url: str = "http://127.0.0.1:5055/webhook"
    tracker_ttl: int = 7 * 86_400
    tracker_events: int = 100
    port: int = 5005


def rasa_environment(
    settings: RasaSettings, parent: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the complete environment for any Rasa command.

    One thread a library: Rasa handles one message at a time, and spinning OpenMP threads cut its
    throughput to a tenth (measured). Nothing is reported to anybody.
    """
    given = os.environ if parent is None else parent
    return {
        **{name: given[name] for name in _INHERITED if name in given},
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        # glibc keeps an arena for each thread; two are enough and save memory.
        "MALLOC_ARENA_MAX": "2",
        "CUDA_VISIBLE_DEVICES": "",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "YINQIAO_ENCODER": str(settings.encoder),
        "YINQIAO_REDIS_URL": settings.redis_url,
        "YINQIAO_REDIS_CLUSTER": str(settings.redis_cluster).lower(),
        "YINQIAO_ACTIONS_URL": settings.actions_url,
        "YINQIAO_TRACKER_TTL": str(settings.tracker_ttl),
        "YINQIAO_TRACKER_EVENTS": str(settings.tracker_events),
    }


def train_command(settings: RasaSettings, data: Sequence[Path], out: Path, name: str) -> list[str]:
    """Return the argv that trains `out/name`.tar.gz on `data`; run it in `ROOT`."""
    return [
        *_rasa(settings, "train"),
        *("--config", "bot/config.yml", "--domain", "bot/domain"),
        *("--data", *map(str, data)),
        *("--out", str(out), "--fixed-model-name", name),
        # Everything that validation would find is a test of ours (`validate_command`).
        *("--augmentation", "0", "--skip-validation", "--force"),
    ]


def validate_command(settings: RasaSettings, data: Sequence[Path]) -> list[str]:
    """Return the argv that validates the domain and the data; run it in `ROOT`."""
    return [
        *_rasa(settings, "data", "validate"),
        *("--config", "bot/config.yml", "--domain", "bot/domain"),
        *("--data", *map(str, data)),
        "--fail-on-warnings",
    ]


def serve_command(settings: RasaSettings, model: Path) -> list[str]:
    """Return the argv that serves `model` on loopback, without Rasa's own HTTP API.

    That API can load models and read every conversation; nobody here needs it. Run it in `ROOT`.
    """
    return [
        *_rasa(settings, "run"),
        *("--model", str(model)),
        *("--endpoints", "bot/endpoints.yml", "--credentials", "bot/credentials.yml"),
        *("--interface", "127.0.0.1", "--port", str(settings.port)),
    ]


def _rasa(settings: RasaSettings, *command: str) -> tuple[str, ...]:
    return (str(settings.python), "-m", "bot.components.lean_rasa", *command)
