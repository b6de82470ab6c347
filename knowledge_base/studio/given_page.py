"""Who was given an answer of an article that is no longer the right one."""

from __future__ import annotations

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue.revision import Kind
from knowledge_base.errors import UnknownArticle
from knowledge_base.studio import links
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import box, link, text
from knowledge_base.studio.visit import Visit
from knowledge_base.unanswered.superseded import Misinformed, given_other_than


def register(studio: Studio, shared: Shared) -> None:
    """Register GET /studio/article/{id}/given."""

    @ui.page("/studio/article/{item_id}/given", response_timeout=15)
    async def show(request: Request, item_id: str) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        found = await visit.run(lambda _: _misinformed(studio, item_id))
        with frame(visit, "list", visit.labels("given")):
            _build(visit, item_id, found)
        return None


def _misinformed(studio: Studio, item_id: str) -> list[Misinformed]:
    """Return the conversations that were given another revision than the one in service."""
    searcher = studio.search()
    if studio.given is None or searcher is None:
        return []
    try:
        right = {searcher.article(item_id, audience="internal").revision}
    except UnknownArticle:
        right = set()  # it was taken out: whatever was said of it is superseded
    return given_other_than(studio.given, item_id, right)


def _build(visit: Visit, item_id: str, found: list[Misinformed]) -> None:
    labels, studio = visit.labels, visit.studio
    with box("page-head"):
        text(labels("given_of", id=item_id), tag="h1")
        text(labels("count", count=len(found)), "muted", data_testid="count")
        box("grow")
        link(labels("back_to_item"), links.item(Kind.ARTICLE, item_id), "btn")
    text(labels("given_hint"), "muted")
    with box("table-box"), box("table", "table"):
        with box("", "thead"), box("", "tr"):
            for column in ("conversation", "customer", "first", "last", "revisions"):
                text(labels.of("columns", column), tag="th", scope="col")
        with box("", "tbody"):
            for one in found:
                with box("", "tr", data_testid="given"):
                    text(one.conversation_id, tag="td")
                    text(one.customer, tag="td")
                    text(studio.stamp(one.first), "nowrap", "td")
                    text(studio.stamp(one.last), "nowrap", "td")
                    text("、".join(one.revisions), tag="td")
    if not found:
        text(labels("given_none"), "empty")
