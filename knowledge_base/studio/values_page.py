"""The list of named values: figures of the bank that articles cite."""

from __future__ import annotations

from collections import Counter

from nicegui import events, ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Item, Kind
from knowledge_base.studio import links
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.item_rows import tags
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import box, link, text
from knowledge_base.studio.visit import Visit
from knowledge_base.values import placeholders

_COLUMNS = ("name", "value", "meaning", "source", "review", "state", "cited")


def register(studio: Studio, shared: Shared) -> None:
    """Register GET /studio/values."""

    @ui.page(links.VALUES, response_timeout=15)
    async def show(request: Request) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        catalogue = studio.catalogue
        values = await visit.run(lambda _: catalogue.items(Filter(kind=Kind.VALUE)))
        articles = await visit.run(lambda _: catalogue.items(Filter()))
        with frame(visit, "values", visit.labels.of("pages", "values")):
            ValuesPage(visit, values, _cited(articles))
        return None


def _cited(articles: list[Item]) -> Counter[str]:
    """Return how many articles cite each value."""
    bodies = (str(item.shown.content.get("body", "")) for item in articles)
    return Counter(name for body in bodies for name in placeholders(body))


class ValuesPage:
    """One tab of the list; there are at most a few hundred, so it is searched in memory."""

    def __init__(self, visit: Visit, values: list[Item], cited: Counter[str]) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._values = values
        self._cited = cited
        labels = visit.labels
        with box("page-head"):
            text(labels.of("pages", "values"), tag="h1")
            self._count = text("", "muted", data_testid="count", role="status")
            box("grow")
            if visit.person.may_edit:
                target = links.NEW[Kind.VALUE]
                link(labels("new_value"), target, "btn primary", data_testid="new")
        with box("filters", "search"):
            field = ui.input(placeholder=labels("search_values"))
            field.props("outlined dense clearable debounce=200").classes("search")
            field.props["data-testid"] = "search"
            field.props["aria-label"] = labels("search")
            field.on_value_change(self._searched)
        with box("table-box"), box("table", "table"):
            with box("", "thead"), box("", "tr"):
                for column in _COLUMNS:
                    text(labels.of("columns", column), tag="th", scope="col")
            self._rows = box("", "tbody", data_testid="rows")
        self._show("")

    def _searched(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        self._show((event.value or "").strip().casefold())

    def _show(self, needle: str) -> None:
        shown = [item for item in self._values if needle in _searchable(item)]
        self._count.set_text(self._visit.labels("count", count=len(shown)))
        self._rows.clear()
        with self._rows:
            for item in shown:
                self._row(item)

    def _row(self, item: Item) -> None:
        content = item.shown.content
        with box("", "tr", data_testid="row", data_item=item.id):
            with box("", "td"):
                link(item.id, links.item(Kind.VALUE, item.id), "title")
            for name in ("value", "meaning", "source", "review"):
                text(str(content.get(name) or ""), tag="td")
            with box("nowrap", "td"):
                tags(self._visit, item)
            text(self._visit.labels("times", count=self._cited[item.id]), "nowrap", "td")


def _searchable(item: Item) -> str:
    content = item.shown.content
    said = [item.id, *(str(content.get(name) or "") for name in ("value", "meaning", "source"))]
    return "\n".join(said).casefold()
