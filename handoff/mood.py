"""How the customer's last messages sound, by signs that can be named; from `data/moods.yml`.

Nothing is learnt and nothing is kept: the same messages give the same reading, with its reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.errors import BadContent

DEFAULT_PATH = Path(__file__).parent / "data" / "moods.yml"


class Mood(StrEnum):
    """How the customer's last messages sound."""

    CALM = "calm"
    UPSET = "upset"
    ANGRY = "angry"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the customer, with what the understanding made of it; "" when nobody asked."""

    text: str
    intent: str = ""
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A mood with the names of the signs that tell it, in the file's order.

    `rising`: of the messages that show anything each is at least as strong as the one before, and
    the last is stronger than the first.
    """

    mood: Mood = Mood.CALM
    signs: tuple[str, ...] = ()
    rising: bool = False


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Sign(_Part):
    name: str
    points: float = Field(gt=0)


class _Words(_Sign):
    any: tuple[str, ...] = Field(min_length=1)


class _Intents(_Sign):
    intents: frozenset[str] = Field(min_length=1)


class _Pattern(_Sign):
    pattern: re.Pattern[str]


class MoodRules(_Part):
    """The signs, what each counts, and from which sums on they tell a mood."""

    source: str
    review: date
    looked_at: int = Field(ge=1)
    upset: float = Field(gt=0)
    angry: float = Field(gt=0)
    rising: float = Field(ge=0)
    scolding: _Sign
    complaining: _Intents
    displeased: _Words
    insisting: _Pattern
    repeating: _Sign

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> MoodRules:
        """Read a file of rules; raises `BadContent` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error

    def read(self, heard: Sequence[Heard], scolds: Callable[[str], bool]) -> Reading:
        """Return how messages sound, oldest first; `scolds` knows scolding words."""
        last = heard[-self.looked_at :]
        shown = [dict(self._signs(one, last[:place], scolds)) for place, one in enumerate(last)]
        points = [sum(signs.values()) for signs in shown if signs]
        rising = len(points) > 1 and points[-1] > points[0]
        rising = rising and all(before <= after for before, after in pairwise(points))
        total = sum(points) + (self.rising if rising else 0)
        names = dict.fromkeys(name for name in self._names if any(name in one for one in shown))
        return Reading(self._mood(total), tuple(names), rising)

    def _mood(self, total: float) -> Mood:
        if total >= self.angry:
            return Mood.ANGRY
        return Mood.UPSET if total >= self.upset else Mood.CALM

    @property
    def _names(self) -> list[str]:
        signs = (self.scolding, self.complaining, self.displeased, self.insisting, self.repeating)
        return [sign.name for sign in signs]

    def _signs(
        self, one: Heard, before: Sequence[Heard], scolds: Callable[[str], bool]
    ) -> Iterator[tuple[str, float]]:
        """Yield the name and the points of each sign that a message shows."""
        if scolds(one.text):
            yield self.scolding.name, self.scolding.points
        if one.intent in self.complaining.intents:
            yield self.complaining.name, self.complaining.points * one.confidence
        if any(word in one.text for word in self.displeased.any):
            yield self.displeased.name, self.displeased.points
        if self.insisting.pattern.search(one.text):
            yield self.insisting.name, self.insisting.points
        if any(one.text.strip() == earlier.text.strip() for earlier in before):
            yield self.repeating.name, self.repeating.points
