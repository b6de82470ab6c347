"""What the list shows: filters, order and page, as the address of the list says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Item, Kind, State
from knowledge_base.studio import links

PAGE_SIZE = 25
SOON = timedelta(days=30)
"""How far ahead a review or an expiry counts as due."""
DUE = ("review", "expiry")
COLUMNS = ("title", "state", "topic", "categories", "owner", "audience", "expires", "review")
SORTS = (*COLUMNS, "changed")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Every field is text from the address; what makes no sense there is left out."""

    q: str = ""
    state: str = ""
    category: str = ""
    topic: str = ""
    owner: str = ""
    audience: str = ""
    due: str = ""
    sort: str = "changed"
    down: str = "1"
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """Read the query of an address; anybody can type one."""
        known = {
            name: query[name][:LONGEST]
            for name in asdict(cls())
            if name != "page" and name in query
        }
        page = query.get("page", "1")
        wanted = cls(**known, page=int(page) if page.isdecimal() and len(page) < 6 else 1)  # noqa: PLR2004 - more digits than any list has pages
        return replace(
            wanted,
            state=wanted.state if wanted.state in set(State) else "",
            due=wanted.due if wanted.due in DUE else "",
            sort=wanted.sort if wanted.sort in SORTS else "changed",
            page=max(1, wanted.page),
        )

    @property
    def address(self) -> str:
        """The address that shows just this."""
        default = asdict(Wanted())
        said = {name: value for name, value in asdict(self).items() if value != default[name]}
        return f"{links.LIST}?{urlencode(said)}" if said else links.LIST

    def filter(self, kind: Kind, today: date) -> Filter:
        """Return what to ask the catalogue for."""
        return Filter(
            kind=kind,
            text=self.q,
            states=frozenset({State(self.state)}) if self.state else frozenset(),
            category=self.category,
            topic=self.topic,
            owner=self.owner,
            audience=self.audience,
            review_before=today + SOON if self.due == "review" else None,
            expires_before=today + SOON if self.due == "expiry" else None,
        )

    def ordered(self, items: Sequence[Item]) -> list[Item]:
        """Return the items in the wanted order; equal ones by id."""
        by_id = sorted(items, key=lambda item: item.id)
        return sorted(by_id, key=self._key, reverse=bool(self.down))

    def sorted_by(self, column: str) -> Wanted:
        """Return the order after a click on a column's head: the other way round if it was it."""
        if self.sort == column:
            return replace(self, down="" if self.down else "1", page=1)
        return replace(self, sort=column, down="", page=1)

    def _key(self, item: Item) -> Any:
        shown = item.shown
        if self.sort == "changed":
            return shown.changed
        if self.sort == "state":
            return list(State).index(shown.state)
        value = shown.content.get(self.sort, "")
        return "".join(value) if isinstance(value, list | tuple) else str(value)


def pages(total: int) -> int:
    """Return how many pages the list has."""
    return max(1, -(-total // PAGE_SIZE))
