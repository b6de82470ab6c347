"""A new article or value: its id, which never changes afterwards, and what it is called."""

from __future__ import annotations

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue.revision import Kind
from knowledge_base.errors import ContentInvalid
from knowledge_base.exchange.slug import slug
from knowledge_base.studio import links
from knowledge_base.studio.fields import LineField
from knowledge_base.studio.form import empty, problem_text
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import box, button, link, text
from knowledge_base.studio.visit import Visit

_ASKED = {
    Kind.ARTICLE: ("title", "topic"),
    Kind.VALUE: ("value", "meaning"),
    Kind.NOTICE: ("title", "version"),
}


def register(studio: Studio, shared: Shared) -> None:
    """Register the page for each kind of item."""
    for kind in Kind:
        _register(kind, studio, shared)


def _register(kind: Kind, studio: Studio, shared: Shared) -> None:
    @ui.page(links.NEW[kind], response_timeout=15)
    async def show(request: Request) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        here = links.HOME[kind]
        with frame(visit, here, visit.labels(f"new_{kind}")):
            NewPage(visit, kind)
        return None


class NewPage:
    """Asks for what a draft cannot be without; the rest is written on its page."""

    def __init__(self, visit: Visit, kind: Kind) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._kind = kind
        labels = visit.labels
        with box("page-head"):
            text(labels(f"new_{kind}"), tag="h1")
        with box("narrow editor"):
            text(labels(f"new_{kind}_hint"), "muted")
            self._fields = [LineField(name, labels, lambda: None) for name in _ASKED[kind]]
            self._fields[0].take_focus()
            self._id = LineField("id", labels, lambda: None)
            with box("buttons"):
                make = visit.guarded(self._make)
                button(labels("create"), make, "primary", data_testid="create", data_key="save")
                back = links.NAVIGATION[links.HOME[kind]]
                link(labels("cancel"), back, "btn ghost")

    async def _make(self) -> None:
        kind = self._kind
        content = empty(kind) | {field.name: field.value for field in self._fields}
        joint = "_" if kind is Kind.VALUE else "-"
        item_id = self._id.value or slug(self._fields[-1 if kind is Kind.VALUE else 0].value, joint)
        catalogue = self._visit.studio.catalogue
        try:
            await self._visit.run(lambda by: catalogue.create(by, kind, item_id, content))
        except ContentInvalid as invalid:
            self._id.wrong([problem_text(self._visit.labels, p) for p in invalid.problems])
            return
        ui.run_javascript("studioClean()")
        ui.navigate.to(links.item(kind, item_id))
