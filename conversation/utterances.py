"""What the house itself says (queue, pick-up, close, failure): approved text, kept as data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from conversation.message import Draft, Kind, Option

DEFAULT = Path(__file__).parent / "data" / "utterances.yml"


class _Option(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: str
    text: str


class _Utterance(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    options: list[_Option] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    review: date
    source: str
    utterances: dict[str, _Utterance]


class Utterances:
    """The utterances by key; an unknown key or value is a KeyError."""

    def __init__(self, utterances: dict[str, _Utterance]) -> None:
        """Hold validated utterances; use `load`."""
        self._utterances = utterances

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Utterances:
        """Read and validate the file; raises pydantic's ValidationError."""
        return cls(_File.model_validate(yaml.safe_load(path.read_text("utf-8"))).utterances)

    def text(self, key: str, **values: object) -> str:
        """Return the text with its values filled in."""
        return self._utterances[key].text.format(**values)

    def draft(self, key: str, **values: object) -> Draft:
        """Return the utterance, its quick replies included, as a draft for the gate."""
        options = tuple(Option(o.label, o.text) for o in self._utterances[key].options)
        return Draft(self.text(key, **values), kind=Kind.SYSTEM, options=options)
