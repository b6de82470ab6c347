"""The few words of the channel itself, kept as data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

DEFAULT = Path(__file__).parent / "data" / "wechat.yml"


class Wording(BaseModel):
    """What stands for messages that are not text; `placeholders` has an entry `other`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    review: date
    source: str
    placeholders: dict[str, str]

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Wording:
        """Read and validate the file; raises pydantic's ValidationError."""
        return cls.model_validate(yaml.safe_load(path.read_text("utf-8")))

    def placeholder(self, kind: str) -> str:
        """Return what the log holds for a message of this kind."""
        return self.placeholders.get(kind, self.placeholders["other"])
