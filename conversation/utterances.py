"""What the house itself says (queue, pick-up, close, failure): approved text, kept as data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, model_validator

from conversation.message import Draft, Kind, Option
from conversation.ports import Place

DEFAULT = Path(__file__).parent / "data" / "utterances.yml"


class Means(StrEnum):
    """What a quick reply means to the house (`conversation.reception`)."""

    WAIT = "wait"
    MESSAGE = "message"
    LEAVE = "leave"
    NEVER_MIND = "never_mind"
    SKIP = "skip"
    ENOUGH = "enough"
    COMMENT = "comment"
    SCORE_1 = "score.1"
    SCORE_2 = "score.2"
    SCORE_3 = "score.3"
    SCORE_4 = "score.4"
    SCORE_5 = "score.5"

    @property
    def score(self) -> str:
        """The score it gives, "" when it gives none."""
        kind, _, number = self.value.partition(".")
        return number if kind == "score" else ""


class _Option(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: str
    text: str
    means: Means | None = None


class _Utterance(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    options: list[_Option] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    review: date
    source: str
    utterances: dict[str, _Utterance]

    @property
    def options(self) -> list[_Option]:
        """Every quick reply."""
        return [option for each in self.utterances.values() for option in each.options]

    @model_validator(mode="after")
    def _unambiguous(self) -> Self:
        means = {option.text: option.means for option in self.options}
        for option in self.options:
            if means[option.text] != option.means:
                raise ValueError(f"{option.text!r} does not mean the same everywhere")
        return self


class Utterances:
    """The utterances by key; an unknown key or value is a KeyError."""

    def __init__(self, file: _File) -> None:
        """Hold a validated file; use `load`."""
        self._utterances = file.utterances
        self._means = {
            words: option.means
            for option in file.options
            if option.means
            for words in (option.label, option.text)
        }

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Utterances:
        """Read and validate the file; raises pydantic's ValidationError."""
        return cls(_File.model_validate(yaml.safe_load(path.read_text("utf-8"))))

    def __iter__(self) -> Iterator[str]:
        """Return the keys."""
        return iter(self._utterances)

    def text(self, key: str, **values: object) -> str:
        """Return the text with its values filled in."""
        return self._utterances[key].text.format(**values)

    def draft(self, key: str, **values: object) -> Draft:
        """Return the utterance, its quick replies included, as a draft for the gate."""
        options = tuple(Option(o.label, o.text) for o in self._utterances[key].options)
        return Draft(self.text(key, **values), kind=Kind.SYSTEM, options=options)

    def in_line(self, key: str, place: Place) -> Draft:
        """Return `queued` or `still`: with when people serve again, an estimate, or neither."""
        if opens := place.opens:
            moment = f"{opens.month}月{opens.day}日{opens:%H:%M}"
            return self.draft(f"{key}_closed", position=place.position, opens=moment)
        if place.wait is not None:
            minutes = minutes_of(place.wait)
            return self.draft(f"{key}_wait", position=place.position, minutes=minutes)
        return self.draft(key, position=place.position)

    def meaning(self, text: str) -> Means | None:
        """Return what words mean that are exactly a quick reply, by what it says or sends."""
        return self._means.get(text.strip())


def minutes_of(wait: timedelta) -> int:
    """Return a wait as it is told: whole minutes, never less than is to be expected."""
    return max(1, math.ceil(wait.total_seconds() / 60))


def joined(first: Draft, then: Draft) -> Draft:
    """Return two utterances as one; the quick replies of the latter come first."""
    text = f"{first.text}\n{then.text}"
    return replace(first, text=text, options=(*then.options, *first.options))
