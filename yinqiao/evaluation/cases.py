"""The labelled utterances."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from conversation.turn import Route
from yinqiao.settings import ROOT

HELD_OUT = ROOT / "nlu_data" / "held_out"


class Case(BaseModel):
    """One utterance as a conversation's first message, and the route that is right for it."""

    model_config = ConfigDict(frozen=True)

    text: str
    route: Route
    intent: str | None = None
    """The right intent, where the set names one."""


def load_cases(path: Path = HELD_OUT) -> dict[str, list[Case]]:
    """Return the cases of a JSON-lines file, or of each one in a folder, by the file's name.

    Raises:
        OSError: there is no such file.
        ValueError: a line is no case; pydantic's message says why.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return {file.stem: list(_lines(file)) for file in files}


def count_examples() -> int:
    """Return how many examples the bot is trained on."""
    files = (ROOT / "nlu_data" / "nlu").glob("*.yml")
    groups = (group for file in files for group in yaml.safe_load(file.read_text("utf-8"))["nlu"])
    return sum(group["examples"].count("\n") for group in groups if "intent" in group)


def _lines(file: Path) -> Iterator[Case]:
    for line in file.read_text("utf-8").splitlines():
        if line.strip():
            yield Case.model_validate_json(line)
