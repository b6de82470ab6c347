"""Training Rasa's model, once for each content."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.errors import TrainingFailed
from bot.rasa_process import ROOT, RasaSettings, rasa_environment, train_command

DATA = tuple(ROOT / "nlu_data" / part for part in ("nlu", "rules", "stories"))
_KEPT = 3
_TAIL = 4000


def train(
    out: Path,
    settings: RasaSettings | None = None,
    *,
    data: Sequence[Path] = DATA,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Return a model for the present content, training it when there is none yet.

    The model's name is the hash of all that goes into it: configuration, domain, data,
    dictionary, component code, pins, encoder. A model appears whole or not at all; the newest
    three are kept. Raises `TrainingFailed` with the end of Rasa's output.
    """
    chosen = settings or RasaSettings()
    name = f"yinqiao-{content_hash(chosen, data)[:16]}"
    model = out / f"{name}.tar.gz"
    if model.exists():
        progress(f"model {name} is up to date")
        model.touch()
        return model
    out.mkdir(parents=True, exist_ok=True)
    progress(f"training model {name} (about a minute)")
    with tempfile.TemporaryDirectory(dir=out, prefix=".training-") as folder:
        _run(train_command(chosen, data, Path(folder), name), rasa_environment(chosen))
        made = Path(folder) / model.name
        if not made.exists():
            message = f"Rasa ended well but did not make {made.name}"
            raise TrainingFailed(message)
        made.replace(model)
    _prune(out)
    progress(f"model {name} is trained")
    return model


def content_hash(settings: RasaSettings, data: Sequence[Path] = DATA) -> str:
    """Return a hex digest of everything that a model depends on."""
    digest = hashlib.sha256()
    for file in _inputs(settings, data):
        digest.update(f"{file.name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _inputs(settings: RasaSettings, data: Sequence[Path]) -> Iterable[Path]:
    bot = ROOT / "bot"
    yield bot / "config.yml"
    for folder in (bot / "domain", *data):
        yield from sorted(folder.rglob("*.yml"))
    yield from sorted((bot / "components").glob("*.py"))
    yield ROOT / "language" / "normalise.py"
    yield ROOT / "language" / "spellings.py"
    yield ROOT / "language" / "data" / "spellings.yml"
    yield ROOT / "language" / "heads.py"
    yield ROOT / "language" / "data" / "finance_dict.txt"
    yield ROOT / "requirements" / "rasa.txt"
    # The encoder's own manifest names the fingerprint of its weights.
    yield settings.encoder / "encoder.json"


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter with our own arguments
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"rasa train ended with {done.returncode}:\n{done.stdout[-_TAIL:]}"
        raise TrainingFailed(message)


def _prune(out: Path) -> None:
    models = sorted(out.glob("yinqiao-*.tar.gz"), key=os.path.getmtime, reverse=True)
    for model in models[_KEPT:]:
        model.unlink()
