"""What the desk calls things, from `data/labels.yml`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from handoff.errors import BadContent

DEFAULT_PATH = Path(__file__).parent / "data" / "labels.yml"


class Labels(BaseModel):
    """Names for people, by code. A code without a name is its own name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    review: date
    reasons: dict[str, str]
    priorities: dict[str, str]
    stages: dict[str, str]
    channels: dict[str, str]
    senders: dict[str, str]
    routes: dict[str, str]
    roles: dict[str, str]
    masked: dict[str, str]
    """Kinds of masked values."""
    profile: dict[str, str]
    entities: dict[str, str]
    told: dict[str, str]
    owners: dict[str, str]
    states: dict[str, str]
    holders: dict[str, str]
    moods: dict[str, str]
    endings: dict[str, str]
    """Who ended a conversation, where it was no member of staff."""
    intents: dict[str, str]
    errors: dict[str, str]
    banners: dict[str, str]

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Labels:
        """Read a labels file; raises `BadContent` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error

    def of(self, kind: str, code: object) -> str:
        """Return what a code of a kind (`reasons`, `intents`, …) is called."""
        names: dict[str, str] = getattr(self, kind)
        return names.get(str(code), str(code))
