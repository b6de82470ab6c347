"""What an import may cost; the shipped numbers, with their reasons, are in data/limits.yml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt

DATA = Path(__file__).parent / "data"


class Limits(BaseModel):
    """Most of everything; sizes in bytes, texts in characters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file_bytes: PositiveInt
    text_bytes: PositiveInt
    unpacked_bytes: PositiveInt
    part_ratio: PositiveInt
    parts: PositiveInt
    rows: PositiveInt
    columns: PositiveInt
    cell: PositiveInt
    text: PositiveInt
    drafts: PositiveInt
    title: PositiveInt
    problems: PositiveInt


@cache
def load_limits(path: Path = DATA / "limits.yml") -> Limits:
    """Read the limits; raises pydantic's ValidationError when they are not as described."""
    return Limits.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
