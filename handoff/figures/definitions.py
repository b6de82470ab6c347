"""What each figure is, in words for people, from `data/figures.yml`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.errors import BadContent

DEFAULT_PATH = Path(__file__).parents[1] / "data" / "figures.yml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Definition(_Part):
    """A figure's name, what exactly is counted, and which section asks for it."""

    name: str = Field(min_length=1)
    means: str = Field(min_length=1)
    source: str = Field(min_length=1)


class Definitions(_Part):
    """Everything in the file; a figure without a definition is a KeyError."""

    source: str
    review: date
    scope: str
    figures: dict[str, Definition]
    tables: dict[str, Definition]

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Definitions:
        """Read a file of definitions; raises `BadContent` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error
