"""The service standard as it is inspected, from `data/quality.yml`; each item with its section."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from conversation.conversation import Reason
from handoff.errors import BadContent

DEFAULT_PATH = Path(__file__).parents[1] / "data" / "quality.yml"
Words = Annotated[tuple[str, ...], Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Part):
    """Which conversations an item is for; what is left out does not matter."""

    agent: bool = False
    ended_by_agent: bool = False
    reasons: frozenset[Reason] = frozenset()


class _Item(_Part):
    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    name: str = Field(min_length=1)
    points: int = Field(ge=1)
    source: str = Field(min_length=1)
    when: When = When()


class Says(_Item):
    """One of these words must occur in what somebody said, at a certain place."""

    check: Literal["says"]
    who: Literal["agent", "house"]
    place: Literal["first", "last", "anywhere"]
    within: int = Field(default=1, ge=1)
    any: Words


class Avoids(_Item):
    """None of these words may occur in what the agent said."""

    check: Literal["avoids"]
    any: Words


class FirstResponse(_Item):
    """The agent must speak soon after taking over."""

    check: Literal["first_response"]
    seconds: int = Field(ge=1)


class Responses(_Item):
    """Most of what the customer says must be answered soon."""

    check: Literal["responses"]
    seconds: int = Field(ge=1)
    share: float = Field(gt=0, le=1)


class NoticesFirst(_Item):
    """A product category's notice comes before anything is said about it."""

    check: Literal["notices"]


class CleanWording(_Item):
    """Nothing prohibited is said."""

    check: Literal["wording"]


Item = Annotated[
    Says | Avoids | FirstResponse | Responses | NoticesFirst | CleanWording,
    Field(discriminator="check"),
]


class Levels(_Part):
    """From which score on nobody need look, and below which somebody must."""

    good: int = Field(ge=0, le=100)
    low: int = Field(ge=0, le=100)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.good:
            raise ValueError("low lies above good")
        return self


class Sampling(_Part):
    """How many of an agent's conversations of a week people look at."""

    per_agent: int = Field(ge=0)


class AppealRule(_Part):
    """How many days an agent has."""

    days: int = Field(ge=1)


class FindingRule(_Part):
    """What is asked of the agent whose conversation is scored low: `{score}`, `{items}`."""

    days: int = Field(ge=1)
    what: str = Field(min_length=1)


class Vocabulary(_Part):
    """Names for people, by code. A code without a name is its own name."""

    states: dict[str, str]
    notes: dict[str, str]
    errors: dict[str, str]

    def of(self, kind: str, code: object) -> str:
        """Return what a code of a kind (`states`, `notes`, `errors`) is called."""
        names: dict[str, str] = getattr(self, kind)
        return names.get(str(code), str(code))


class Standard(_Part):
    """Everything in the file. `version` stands in each inspection that was made by it."""

    source: str
    review: date
    version: str = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=1)
    levels: Levels
    sampling: Sampling
    appeal: AppealRule
    finding: FindingRule
    look_back_days: int = Field(ge=1)
    words: Vocabulary

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        ids = [item.id for item in self.items]
        if len(set(ids)) < len(ids):
            raise ValueError("an item's id occurs twice")
        return self

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Standard:
        """Read a standard; raises `BadContent` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error

    def is_low(self, score: int) -> bool:
        """Return whether a score asks for a remedy."""
        return score < self.levels.low

    def name(self, item: str) -> str:
        """Return what an item is called; one that was given up is its own name."""
        return next((one.name for one in self.items if one.id == item), item)
