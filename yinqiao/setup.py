"""Everything that has to exist before the system can start, made once and kept."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from yinqiao.settings import ROOT, Settings

Progress = Callable[[str], None]
_TAIL = 2000


class SetupFailed(Exception):
    """A step of the set-up failed; the message says which, and shows the end of its output."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a title for the progress display, and what does it."""

    title: str
    run: Callable[[Settings, Progress], None]


def rasa_environment_step(_: Settings, progress: Progress) -> None:
    """Make `.venv-rasa` from the pins; nothing happens while the pins are the same."""
    make_environment(ROOT / ".venv-rasa", ROOT / "requirements" / "rasa.txt", progress)


def make_environment(folder: Path, pins: Path, progress: Progress) -> None:
    """Make an environment for Rasa at `folder` from complete pins, unless it is there already.

    Raises:
        SetupFailed: with the end of what pip said.
    """
    stamp = folder / ".pins"
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    progress(f"creating {folder.name}")
    shutil.rmtree(folder, ignore_errors=True)
    base = getattr(sys, "_base_executable", sys.executable)
    _run([base, "-m", "venv", str(folder)], "python -m venv")
    progress("installing Rasa (a few minutes the first time)")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-q"]
    # Rasa's metadata says Python < 3.11; the pins are complete, so nothing has to be resolved.
    _run([*pip, "install", "--no-deps", "--ignore-requires-python", "-r", str(pins)], "pip")
    stamp.write_text(wanted, "utf-8")


def encoder_step(settings: Settings, progress: Progress) -> None:
    """Build the sentence encoder, in a process of its own: torch's memory goes with it."""
    progress(f"building the sentence encoder from {settings.encoder}")
    command = [sys.executable, "-m", "language.encoder_build"]
    _run([*command, "--source", settings.encoder, "--out", str(settings.encoder_dir)], "encoder")


def tuning_step(settings: Settings, progress: Progress) -> None:
    """Tune the encoder on the labelled examples, in a process of its own, as above."""
    from yinqiao.understanding import labelled_examples  # noqa: PLC0415 - only this step needs it

    progress("tuning the encoder on the labelled examples (some minutes the first time)")
    with tempfile.TemporaryDirectory() as folder:
        examples = Path(folder) / "examples.json"
        examples.write_text(json.dumps(labelled_examples(), ensure_ascii=False), "utf-8")
        command = [sys.executable, "-m", "language.head_tuning"]
        paths = (settings.encoder_dir, examples, settings.tuned_encoder_dir)
        _run([*command, *map(str, paths)], "tuning the encoder")


def rasa_model_step(settings: Settings, progress: Progress) -> None:
    """Train Rasa's model unless there is one for this very content."""
    from bot.training import train  # noqa: PLC0415 - only this step needs it
    from yinqiao.processes import rasa_settings  # noqa: PLC0415 - the same

    train(settings.rasa_model_dir, rasa_settings(settings), progress=progress)


def knowledge_step(settings: Settings, progress: Progress) -> None:
    """Bring in the starter articles and publish them unless they are in service already."""
    from yinqiao.publishing import publish_starter  # noqa: PLC0415 - only this step needs it

    publish_starter(settings, progress)


STEPS = (
    Step("Rasa environment", rasa_environment_step),
    Step("Sentence encoder", encoder_step),
    Step("Tuned encoder", tuning_step),
    Step("Rasa model", rasa_model_step),
    Step("Knowledge base", knowledge_step),
)


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter with our own arguments
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupFailed(f"{what} ended with {done.returncode}:\n{done.stdout[-_TAIL:]}")


def model_path(settings: Settings) -> Path:
    """Return the newest trained model; raises `SetupFailed` when there is none."""
    models = sorted(
        settings.rasa_model_dir.glob("yinqiao-*.tar.gz"), key=lambda path: path.stat().st_mtime
    )
    if not models:
        raise SetupFailed("there is no Rasa model yet: run `yinqiao setup`")
    return models[-1]
