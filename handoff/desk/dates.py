"""A period of whole days, as pages carry it in their address."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from handoff.desk.theme import box, text

_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Dates:
    """The first and the last day, both included."""

    first: date
    last: date

    @classmethod
    def read(cls, first: str, last: str, today: date) -> Dates:
        """Return what an address says; the last seven days where it says nothing of use."""
        until = _date(last) or today
        since = _date(first) or until - _WEEK
        return cls(min(since, until), until)

    def query(self, **more: str) -> str:
        """Return it as an address carries it."""
        return urlencode({"first": self.first.isoformat(), "last": self.last.isoformat(), **more})


def _date(written: str) -> date | None:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(written)
    return None


def choose_dates(dates: Dates, action: str, **more: str) -> None:
    """Build the form that chooses a period; the browser's own, so it works without a script."""
    with box("ticket-search", "form", method="get", action=action):
        for name, value in more.items():
            box("", "input", type="hidden", name=name, value=value)
        for name, label, day in (("first", "开始", dates.first), ("last", "结束", dates.last)):
            box(
                *("", "input"),
                type="date",
                name=name,
                value=day.isoformat(),
                required="required",
                aria_label=label,
                data_testid=f"date-{name}",
            )
        text("查看", "btn small", "button", type="submit", data_testid="dates-go")
