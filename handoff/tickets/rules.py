"""What law and bank ask of a ticket, from `data/tickets.yml`; each part with its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from handoff.errors import BadContent
from handoff.tickets.events import Kind

DEFAULT_PATH = Path(__file__).parents[1] / "data" / "tickets.yml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Sourced(_Part):
    source: str = Field(min_length=1)
    status: Literal["verified", "secondary", "memory"]
    review: date


class Deadlines(_Sourced):
    """Calendar days in which a complaint is answered; `complex_days` is in all, not on top."""

    simple_days: int = Field(ge=1)
    complex_days: int = Field(ge=1)
    extension_days: int = Field(ge=1)

    @model_validator(mode="after")
    def _complex_is_longer(self) -> Self:
        if self.complex_days < self.simple_days:
            raise ValueError("complex_days is shorter than simple_days")
        return self


class Mark(_Part):
    """When to remind, and whom."""

    days_before: int = Field(ge=0)
    to: Literal["handler", "supervisor"]

    @property
    def span(self) -> timedelta:
        """How long before the deadline."""
        return timedelta(days=self.days_before)


class Marks(_Sourced):
    """The reminders."""

    steps: tuple[Mark, ...] = Field(min_length=1)


class ReplyPart(_Part):
    """A part of a reply: its least length, words it must hold, and a text to begin with."""

    id: str
    name: str
    shortest: int = Field(ge=1)
    must: str = ""
    suggest: str = ""

    def missing(self, said: str) -> bool:
        """Return whether this does not do."""
        return len(said.strip()) < self.shortest or self.must not in said


class Reply(_Sourced):
    """What a reply must state."""

    parts: tuple[ReplyPart, ...] = Field(min_length=1)

    def missing(self, parts: Mapping[str, str]) -> list[str]:
        """Return the ids of the parts that are missing, too short, or lack what they must hold."""
        return [part.id for part in self.parts if part.missing(parts.get(part.id, ""))]


class Categories(_Sourced):
    """What complaints are about; `unsorted` until somebody has looked."""

    names: dict[str, str] = Field(min_length=1)

    @model_validator(mode="after")
    def _begins_unsorted(self) -> Self:
        if "unsorted" not in self.names:
            raise ValueError("there is no category unsorted, in which every ticket begins")
        return self


class SurveyRule(_Sourced):
    """Which scores ask for an improvement, and how soon."""

    low: int = Field(ge=1, le=5)
    improve_days: int = Field(ge=1)


class CallbackRule(_Sourced):
    """How soon who left a message is called, in days."""

    within_days: int = Field(ge=1)


class Words(_Part):
    """Names for people, by code. A code without a name is its own name."""

    statuses: dict[str, str]
    events: dict[Kind, str]
    kinds: dict[str, str]
    fields: dict[str, str]
    errors: dict[str, str]

    def of(self, kind: str, code: object) -> str:
        """Return what a code of a kind (`statuses`, `events`, …) is called."""
        names: dict[str, str] = getattr(self, kind)
        return names.get(str(code), str(code))


class Rules(_Part):
    """Everything in the file."""

    source: str
    review: date
    deadlines: Deadlines
    marks: Marks
    reply: Reply
    categories: Categories
    survey: SurveyRule
    callback: CallbackRule
    words: Words
    told: dict[str, str]
    tell_reply: str

    @field_validator("told")
    @classmethod
    def _can_be_filled_in(cls, told: dict[str, str]) -> dict[str, str]:
        if "unknown" not in told:
            raise ValueError("nothing is told of an unknown number")
        for code, words in told.items():
            try:
                words.format(number="", received="", due="", into="")
            except (KeyError, IndexError) as error:
                raise ValueError(f"{code}: there is no value {error}") from error
        return told

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Rules:
        """Read a rules file; raises `BadContent` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error
