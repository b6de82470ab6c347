"""Rasa's stock Chinese pipeline, trained on the same data and asked the same."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bot.rasa_process import RasaSettings, rasa_environment
from bot.training import DATA
from yinqiao.evaluation.cases import Case
from yinqiao.evaluation.figures import Outcome
from yinqiao.evaluation.intents import route_of
from yinqiao.settings import ROOT
from yinqiao.setup import Progress, SetupFailed, make_environment

_FOLDER = ROOT / ".venv-stock"
STOCK_PYTHON = _FOLDER / "bin" / "python"
STOCK_CONFIG = ROOT / "bot" / "stock" / "config.yml"
_TAIL = 2000


def stock_outcomes(cases: Sequence[Case], work: Path, progress: Progress) -> list[Outcome]:
    """Train in `work`, then return the outcome of each case as a conversation's first message.

    The environment with TensorFlow is made when there is none.

    Raises:
        SetupFailed: the environment, the training or the prediction failed.
    """
    model = train_stock(work, progress)
    progress("asking the stock pipeline")
    said = "".join(f"{' '.join(case.text.split())}\n" for case in cases)
    told = _run(["-m", "bot.stock.predict", str(model)], said)
    rows = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    return [
        Outcome(case, route_of(row["intent"], row["action"]), row["intent"], row["confidence"])
        for case, row in zip(cases, rows, strict=True)
    ]


def train_stock(work: Path, progress: Progress, config: Path = STOCK_CONFIG) -> Path:
    """Train the stock pipeline in `work`, making its environment when there is none.

    Raises:
        SetupFailed: the environment or the training failed.
    """
    make_environment(_FOLDER, ROOT / "requirements" / "stock.txt", progress)
    progress("training the stock pipeline (a quarter of an hour)")
    train = ("-m", "rasa", "train", "--config", str(config), "--domain", "bot/domain")
    data = ("--data", *map(str, DATA), "--augmentation", "0", "--skip-validation")
    _run([*train, *data, "--out", str(work), "--fixed-model-name", "stock"])
    return work / "stock.tar.gz"


def _run(words: list[str], given: str = "") -> str:
    settings = RasaSettings(python=STOCK_PYTHON)
    done = subprocess.run(  # noqa: S603 - our own interpreter with our own arguments
        [str(STOCK_PYTHON), *words],
        cwd=ROOT,
        # Every core: training is a matter of minutes, or of many.
        env={**rasa_environment(settings), **_THREADS},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupFailed(f"{words[1]} ended with {done.returncode}:\n{done.stderr[-_TAIL:]}")
    return done.stdout


_THREADS = {"OMP_NUM_THREADS": "2", "TF_NUM_INTRAOP_THREADS": "2"}
