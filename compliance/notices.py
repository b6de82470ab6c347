"""The notices that must be said, and which of them are due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.data_file import Review, SourceStatus, load
from compliance.errors import NoNotice, UnknownCategory
from conversation.message import NoticeRef

# Notices come into force and expire at midnight where the bank is.
_BANK_TIME = timezone(timedelta(hours=8), "UTC+8")
DEFAULT_PATH = Path(__file__).parent / "data" / "notices.yml"


class Notice(BaseModel):
    """One notice in one version, in force from `effective` to `expires`, both days included."""

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

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.expires is not None and self.expires < self.effective:
            message = f"{self.id} {self.version}: expires before it is effective"
            raise ValueError(message)
        return self

    def in_force(self, day: date) -> bool:
        """Whether it must be shown on that day."""
        return self.effective <= day and (self.expires is None or day <= self.expires)

    @property
    def ref(self) -> NoticeRef:
        """How its delivery is recorded: always under its first category."""
        return NoticeRef(self.id, self.version, self.categories[0], self.title)


class NoticeFile(BaseModel):
    """The shape of `data/notices.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    notices: tuple[Notice, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unambiguous(self) -> Self:
        for index, one in enumerate(self.notices):
            for other in self.notices[index + 1 :]:
                if (one.id, one.version) == (other.id, other.version):
                    message = f"{one.id} {one.version}: stands there twice"
                    raise ValueError(message)
                shared = set(one.categories) & set(other.categories)
                if shared and _overlap(one, other):
                    message = (
                        f"{one.id} {one.version} and {other.id} {other.version}: "
                        f"both in force for {', '.join(sorted(shared))}"
                    )
                    raise ValueError(message)
        return self


def _overlap(one: Notice, other: Notice) -> bool:
    return one.effective <= (other.expires or date.max) and other.effective <= (
        one.expires or date.max
    )


class NoticeBook:
    """All notices, by category and day."""

    def __init__(self, notices: Collection[Notice]) -> None:
        """Take notices of which at most one a category is in force on any day."""
        self._by_category: dict[str, list[Notice]] = {}
        for notice in notices:
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
        day = at.astimezone(_BANK_TIME).date()
        for notice in self._by_category[category]:
            if notice.in_force(day):
                return notice
        message = f"{category}: no notice is in force on {day}"
        raise NoNotice(message)

    def required(self, categories: Collection[str], at: datetime) -> list[Notice]:
        """Return the notices that must precede a text about `categories`, each once."""
        found = (self.current(category, at) for category in sorted(categories))
        return list({notice.id: notice for notice in found}.values())

    def due(
        self, categories: Collection[str], delivered: Mapping[str, NoticeRef], at: datetime
    ) -> list[Notice]:
        """Return those of `required` that this conversation has not had in this version.

        `delivered` maps a category to the notice that was last delivered under it.
        """
        return [
            notice
            for notice in self.required(categories, at)
            if not _same(delivered.get(notice.ref.category), notice)
        ]


def _same(delivered: NoticeRef | None, notice: Notice) -> bool:
    return delivered is not None and (delivered.id, delivered.version) == (
        notice.id,
        notice.version,
    )
