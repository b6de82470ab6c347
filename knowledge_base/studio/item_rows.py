"""The table of the list: a row an item, a head that sorts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Any

from nicegui import ui

from knowledge_base.catalogue.revision import Item, State
from knowledge_base.studio import links
from knowledge_base.studio.theme import Text, box, button, link, text
from knowledge_base.studio.visit import Visit
from knowledge_base.studio.wanted import COLUMNS, PAGE_SIZE, SOON, Wanted, pages

_NEVER = "9999-12-31"


class ItemRows:
    """Shows one page of items."""

    def __init__(
        self, visit: Visit, today: date, on_sort: Callable[[str], Awaitable[None]]
    ) -> None:
        """Build the empty table inside the current element."""
        self._visit = visit
        self._today = today
        self._on_sort = on_sort
        self._heads: dict[str, tuple[ui.element, Text]] = {}
        with box("table-box"), box("table", "table"):
            with box("", "thead"), box("", "tr"):
                for column in (*COLUMNS, "changed"):
                    self._heads[column] = self._head(column)
            self._body = box("", "tbody", data_testid="rows")

    def show(self, wanted: Wanted, items: Sequence[Item]) -> int:
        """Show the wanted page of `items`; returns how many pages there are."""
        last = pages(len(items))
        first = (min(wanted.page, last) - 1) * PAGE_SIZE
        self._show_head(wanted)
        self._body.clear()
        with self._body:
            for item in wanted.ordered(items)[first : first + PAGE_SIZE]:
                self._row(item)
            if not items:
                with box("", "tr"):
                    text(self._visit.labels("nothing_found"), "empty", "td", colspan="9")
        return last

    def _head(self, column: str) -> tuple[ui.element, Text]:
        async def sort() -> None:
            await self._on_sort(column)

        with box(f"col-{column}", "th", scope="col") as head:
            return head, button("", sort, "plain", data_testid=f"sort-{column}")

    def _show_head(self, wanted: Wanted) -> None:
        """Mark the column it is sorted by; the heads themselves stay, whoever clicks meanwhile."""
        for column, (head, name) in self._heads.items():
            order = "none"
            if wanted.sort == column:
                order = "descending" if wanted.down else "ascending"
            mark = {"ascending": " ↑", "descending": " ↓"}.get(order, "")
            name.set_text(self._visit.labels.of("columns", column) + mark)
            head.props["aria-sort"] = order

    def _row(self, item: Item) -> None:
        labels, content = self._visit.labels, item.shown.content
        with box("", "tr", data_testid="row") as row:
            row.props["data-item"] = item.id
            with box("", "td"):
                link(str(content.get("title") or item.id), links.item(item.kind, item.id), "title")
                text(item.id, "small muted")
            with box("nowrap", "td"):
                tags(self._visit, item)
            text(labels.of("topics", content.get("topic", "")), tag="td")
            names = [self._visit.tags.get(c, c) for c in content.get("categories", ())]
            text("、".join(names) or "—", tag="td")
            text(str(content.get("owner", "")), tag="td")
            text(labels.of("audience", content.get("audience", "")), "nowrap", tag="td")
            self._day(content.get("expires"))
            self._day(content.get("review"))
            text(self._visit.studio.stamp(item.shown.changed), "nowrap muted", tag="td")

    def _day(self, value: Any) -> None:
        day = str(value or "")
        shown = self._visit.labels("no_end") if day == _NEVER else day
        text(shown, f"nowrap {_urgency(day, self._today)}", tag="td")


def _urgency(day: str, today: date) -> str:
    """Return how a day is coloured; ISO days compare as text."""
    if not day or day > (today + SOON).isoformat():
        return ""
    return "late" if day < (today + timedelta(days=1)).isoformat() else "soon"


def tags(visit: Visit, item: Item) -> None:
    """Show where an item stands: published, and what is being worked on."""
    states = [r.state for r in (item.published, item.working) if r] or [item.latest.state]
    for state in states:
        tag(visit, state)


def tag(visit: Visit, state: State) -> ui.element:
    """Show a state."""
    return text(visit.labels.of("states", state), f"tag {state}", "span", data_testid="state")
