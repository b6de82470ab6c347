"""The list of articles: search, filters, order, pages. The address says what it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from nicegui import events, ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Item, Kind, State
from knowledge_base.studio import links
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.item_rows import ItemRows
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import Choice, Text, box, button, link, text
from knowledge_base.studio.visit import Visit
from knowledge_base.studio.wanted import DUE, Wanted

_CHIPS = (State.DRAFT, State.REVIEW, State.APPROVED)


def register(studio: Studio, shared: Shared) -> None:
    """Register GET /studio."""

    @ui.page(links.LIST, response_timeout=15)
    async def show(request: Request) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        everything = await visit.run(lambda _: studio.catalogue.items(Filter()))
        with frame(visit, "list", visit.labels.of("pages", "list")):
            view = ListPage(visit, everything, Wanted.of(request.query_params))
        await view.refresh()
        return None


class ListPage:
    """One tab of the list."""

    def __init__(self, visit: Visit, everything: list[Item], wanted: Wanted) -> None:
        """Build filters and an empty table."""
        self._visit = visit
        self._labels = visit.labels
        self._wanted = wanted
        self._today = datetime.now(visit.studio.zone).date()
        with box("page-head"):
            text(self._labels.of("pages", "list"), tag="h1")
            self._count = text("", "muted", data_testid="count", role="status")
            box("grow")
            if visit.person.may_edit:
                link(
                    self._labels("new_article"),
                    links.NEW[Kind.ARTICLE],
                    "btn primary",
                    data_testid="new",
                )
        self._chips(everything)
        self._filters(everything)
        self._rows = ItemRows(visit, self._today, self._sort)
        with box("pager", "nav", aria_label=self._labels("paging")):
            self._previous = self._turner("previous", -1)
            self._here = text("", "muted", data_testid="page-of")
            self._next = self._turner("next", 1)

    def _chips(self, everything: list[Item]) -> None:
        states = Counter(item.shown.state for item in everything)
        with box("chips", data_testid="chips"):
            for state in _CHIPS:
                name = self._labels.of("states", state)
                address = Wanted(state=state.value).address
                link(f"{name} {states[state]}", address, f"chip {state}")
            for due in DUE:
                link(self._labels.of("due", due), Wanted(due=due).address, "chip")
            link(self._labels("all"), links.LIST, "chip")

    def _filters(self, everything: list[Item]) -> None:
        labels, wanted = self._labels, self._wanted
        contents = [item.shown.content for item in everything]
        topics = sorted({str(content.get("topic", "")) for content in contents} - {""})
        owners = sorted({str(content.get("owner", "")) for content in contents} - {""})
        with box("filters", "search"):
            field = ui.input(value=wanted.q, placeholder=labels("search_hint"))
            field.props("outlined dense clearable debounce=250").classes("search")
            field.props["data-testid"] = "search"
            field.props["aria-label"] = labels("search")
            field.on_value_change(self._searched)
            self._choice("state", {str(s): labels.of("states", s) for s in State})
            self._choice("category", self._visit.tags)
            self._choice("topic", {topic: labels.of("topics", topic) for topic in topics})
            self._choice("owner", {owner: owner for owner in owners})
            self._choice("audience", labels.names["audience"])
            self._choice("due", labels.names["due"])

    def _choice(self, field: str, options: Mapping[str, str]) -> None:
        offered = {"": self._labels.of("filters", field)} | dict(options)

        async def changed(value: str) -> None:
            await self._want(replace(self._wanted, page=1, **{field: value}))

        Choice(
            offered,
            getattr(self._wanted, field),
            changed,
            aria_label=self._labels.of("filters", field),
            data_testid=f"filter-{field}",
        )

    async def _searched(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        await self._want(replace(self._wanted, q=event.value or "", page=1))

    async def _sort(self, column: str) -> None:
        await self._want(self._wanted.sorted_by(column))

    async def _want(self, wanted: Wanted) -> None:
        self._wanted = wanted
        ui.navigate.history.replace(wanted.address)
        await self.refresh()

    async def refresh(self) -> None:
        """Ask the catalogue and show the page that is wanted."""
        wanted = self._wanted
        query = wanted.filter(Kind.ARTICLE, self._today)
        found = await self._visit.run(lambda _: self._visit.studio.catalogue.items(query))
        if wanted is not self._wanted:
            return  # a later wish was quicker
        last = self._rows.show(wanted, found)
        self._count.set_text(self._labels("count", count=len(found)))
        here = min(wanted.page, last)
        self._here.set_text(self._labels("page_of", page=here, pages=last))
        self._previous.enable(enabled=here > 1)
        self._next.enable(enabled=here < last)

    def _turner(self, key: str, step: int) -> Text:
        async def turn() -> None:
            await self._want(replace(self._wanted, page=max(1, self._wanted.page + step)))

        return button(self._labels(key), turn, "small", data_testid=key)
