"""The notices that must be said, and which of them are due."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from itertools import combinations, zip_longest
from pathlib import Path
from typing import Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.data_file import Review, SourceStatus, load
from compliance.errors import NoNotice, UnknownCategory
from conversation.message import Draft, Kind, NoticeRef, Option

# Notices come into force and expire at midnight where the bank is.
BANK_TIME = timezone(timedelta(hours=8), "UTC+8")
DEFAULT_PATH = Path(__file__).parent / "data" / "notices.yml"


def bank_day(at: datetime) -> date:
    """Return the calendar day where the bank is; `at` is an aware time."""
    return at.astimezone(BANK_TIME).date()


class Notice(BaseModel):
    """One notice in one version; see the head of `data/notices.yml` for the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]+$")
    version: str = Field(min_length=1)
    categories: tuple[str, ...] = Field(min_length=1)
    title: str = Field(min_length=2)
    text: str = Field(min_length=10)
    effective: date
    expires: date | None = None
    review: Review
    source: str = Field(min_length=2)
    source_status: SourceStatus
    acknowledgement: Literal["none", "display"]
    confirm: str = ""
    renew_after_days: int | None = Field(default=None, ge=1)
    alone: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.expires is not None and self.expires < self.effective:
            message = f"{self.id} {self.version}: expires before it is effective"
            raise ValueError(message)
        if (self.acknowledgement == "display") != bool(self.confirm.strip()):
            message = f"{self.id} {self.version}: confirm belongs to acknowledgement display"
            raise ValueError(message)
        return self

    def in_force(self, day: date) -> bool:
        """Whether it may be the one to be shown on that day."""
        return self.effective <= day and (self.expires is None or day <= self.expires)

    def shown(self, day: date) -> NoticeRef:
        """Return how its showing on that day is recorded: always under its first category."""
        renewed = self.renew_after_days
        until = day + timedelta(days=renewed - 1) if renewed else None
        return NoticeRef(
            self.id,
            self.version,
            self.categories[0],
            self.title,
            until.isoformat() if until else "",
            self.confirm,
            self.alone,
        )

    def draft(self, day: date) -> Draft:
        """Return the notice to be shown on that day, with its quick reply."""
        return Draft(
            self.text,
            Kind.NOTICE,
            categories=frozenset(self.categories),
            options=(Option(self.confirm, self.confirm),) if self.confirm else (),
            notice=self.shown(day),
        )

    def due(self, delivered: Mapping[str, NoticeRef], day: date) -> bool:
        """Tell whether it must be shown (again) to whom was shown `delivered` (by category).

        Once a conversation; again in another version, and when its showing has grown old.
        """
        last = delivered.get(self.categories[0])
        if last is None or (last.id, last.version) != (self.id, self.version):
            return True
        return bool(last.until) and last.until < day.isoformat()


class NoticeFile(BaseModel):
    """The shape of `data/notices.yml`, and of the notices that are published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notices: tuple[Notice, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unambiguous(self) -> Self:
        for one, other in combinations(_followed(self.notices), 2):
            if (one.id, one.version) == (other.id, other.version):
                message = f"{one.id} {one.version}: stands there twice"
                raise ValueError(message)
            if (one.id, one.effective) == (other.id, other.effective):
                message = f"{one.id} {one.version} and {other.version}: effective on the same day"
                raise ValueError(message)
            shared = set(one.categories) & set(other.categories)
            if shared and _overlap(one, other):
                message = (
                    f"{one.id} {one.version} and {other.id} {other.version}: "
                    f"both in force for {', '.join(sorted(shared))}"
                )
                raise ValueError(message)
        return self


def _followed(notices: Iterable[Notice]) -> list[Notice]:
    """Return the notices, each version ending on the day before the next one is effective."""
    ordered = sorted(notices, key=lambda notice: (notice.id, notice.effective))
    ended: list[Notice] = []
    for one, then in zip_longest(ordered, ordered[1:]):
        if then is not None and then.id == one.id:
            last = min(one.expires or date.max, then.effective - timedelta(days=1))
            ended.append(one.model_copy(update={"expires": last}))
        else:
            ended.append(one)
    return ended


def _overlap(one: Notice, other: Notice) -> bool:
    return one.effective <= (other.expires or date.max) and other.effective <= (
        one.expires or date.max
    )


class Notices(Protocol):
    """Where the gate gets its notices: a `NoticeBook`, or the shelf that exchanges it."""

    def required(self, categories: Collection[str], at: datetime) -> list[Notice]:
        """Return the notices in force for these categories; see `NoticeBook.required`."""


class NoticeBook:
    """All notices, by category and day; a version holds until the next one is effective."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        """Take the notices of a `NoticeFile`."""
        self._by_category: dict[str, list[Notice]] = {}
        for notice in _followed(notices):
            for category in notice.categories:
                self._by_category.setdefault(category, []).append(notice)

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Self:
        """Read the notices; raises `DataFileError` that names the place of every mistake."""
        return cls(load(path, NoticeFile).notices)

    @property
    def categories(self) -> frozenset[str]:
        """The categories that have a notice, at whatever time."""
        return frozenset(self._by_category)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Every notice in every version."""
        unique = {(n.id, n.version): n for found in self._by_category.values() for n in found}
        return tuple(unique.values())

    def current(self, category: str, at: datetime) -> Notice:
        """Return the notice in force; raises `UnknownCategory`, or `NoNotice` for a gap in time.

        Missing is an error and never silence: without its notice a category may not be spoken of.
        """
        if category not in self._by_category:
            raise UnknownCategory(category)
        day = bank_day(at)
        for notice in self._by_category[category]:
            if notice.in_force(day):
                return notice
        message = f"{category}: no notice is in force on {day}"
        raise NoNotice(message)

    def required(self, categories: Collection[str], at: datetime) -> list[Notice]:
        """Return the notices that must precede a text about `categories`, each once."""
        found = (self.current(category, at) for category in sorted(categories))
        return list({notice.id: notice for notice in found}.values())
