"""When a group of agents serves, from `data/opening_hours.yml`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from handoff.errors import BadContent

DEFAULT_PATH = Path(__file__).parent / "data" / "opening_hours.yml"
_LOOK_AHEAD = 60
"""How many days a closed time may last."""


def _in_order(hours: tuple[time, ...]) -> tuple[time, ...]:
    if hours and (len(hours) != 2 or hours[0] >= hours[1]):  # noqa: PLR2004 - from, to
        message = "a day has an opening and a later closing time, or none"
        raise ValueError(message)
    return hours


Day = Annotated[tuple[time, ...], AfterValidator(_in_order)]


class OpeningHours(BaseModel):
    """Weekly hours in the bank's zone, days with hours of their own, groups that never close."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    review: date
    zone: str
    weekly: tuple[Day, ...] = Field(min_length=7, max_length=7)
    special: dict[date, Day]
    always: frozenset[str]

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> OpeningHours:
        """Read a file of hours; raises `BadContent` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error

    def opens(self, group: str, moment: datetime) -> datetime | None:
        """Return when a group that is closed serves again, in the bank's zone; None: it serves.

        `moment` is aware. A group that nothing opens within two months opens after them.
        """
        there = moment.astimezone(ZoneInfo(self.zone))
        if group in self.always:
            return None
        for ahead in range(_LOOK_AHEAD):
            day = there.date() + timedelta(days=ahead)
            hours = self._hours(day)
            if hours and there < _at(day, hours[1], there):
                opening = _at(day, hours[0], there)
                return None if opening <= there else opening
        return there + timedelta(days=_LOOK_AHEAD)

    def _hours(self, day: date) -> tuple[time, ...]:
        return self.special.get(day, self.weekly[day.weekday()])


def _at(day: date, clock: time, like: datetime) -> datetime:
    return datetime.combine(day, clock, like.tzinfo)
