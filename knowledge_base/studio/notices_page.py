"""The list of notices: what must be said before a product category is spoken of."""

from __future__ import annotations

from nicegui import ui
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

_LOOK = 2.0
_COLUMNS = ("title", "categories", "version", "effective", "review", "state")


def register(studio: Studio, shared: Shared) -> None:
    """Register GET /studio/notices."""

    @ui.page(links.NOTICES, response_timeout=15)
    async def show(request: Request) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        found = await visit.run(lambda _: studio.catalogue.items(Filter(kind=Kind.NOTICE)))
        with frame(visit, "notices", visit.labels.of("pages", "notices")):
            _list(visit, found)
        return None


def _list(visit: Visit, found: list[Item]) -> None:
    labels = visit.labels
    with box("page-head"):
        text(labels.of("pages", "notices"), tag="h1")
        text(labels("count", count=len(found)), "muted", data_testid="count", role="status")
        box("grow")
        if visit.person.may_edit:
            target = links.NEW[Kind.NOTICE]
            link(labels("new_notice"), target, "btn primary", data_testid="new")
    _refusal(visit)
    with box("table-box"), box("table", "table"):
        with box("", "thead"), box("", "tr"):
            for column in _COLUMNS:
                text(labels.of("columns", column), tag="th", scope="col")
        with box("", "tbody", data_testid="rows"):
            for item in found:
                _row(visit, item)


def _refusal(visit: Visit) -> None:
    """Tell, while it is so, that what was approved is not in service, and why."""
    banner = text("", "banner bad", role="alert", data_testid="refused")

    def look() -> None:
        why = visit.studio.notices_refused()
        banner.set_text(visit.labels("notices_refused", why=why) if why else "")
        banner.set_visibility(bool(why))

    look()
    ui.timer(_LOOK, look)


def _row(visit: Visit, item: Item) -> None:
    content = item.shown.content
    known = visit.shared.categories
    with box("", "tr", data_testid="row", data_item=item.id):
        with box("", "td"):
            title = str(content.get("title") or item.id)
            link(title, links.item(Kind.NOTICE, item.id), "title")
            text(item.id, "small muted")
        about = [known.get(str(one), str(one)) for one in content.get("categories") or ()]
        text("、".join(about), tag="td")
        for name in ("version", "effective", "review"):
            text(str(content.get(name) or ""), "nowrap", tag="td")
        with box("nowrap", "td"):
            tags(visit, item)
