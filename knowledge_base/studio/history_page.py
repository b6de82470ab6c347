"""An item's history: its revisions, the difference of any two, restoring one."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue.diff import diff
from knowledge_base.catalogue.errors import UnknownItem
from knowledge_base.catalogue.revision import WORKING, Kind, Revision
from knowledge_base.studio import links
from knowledge_base.studio.dialogs import confirm
from knowledge_base.studio.diff_view import pieces
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.item_rows import tag
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import Choice, box, button, link, text
from knowledge_base.studio.visit import Visit


def register(studio: Studio, shared: Shared) -> None:
    """Register the history of every kind of item."""
    for kind in Kind:
        _register(kind, studio, shared)


def _register(kind: Kind, studio: Studio, shared: Shared) -> None:
    @ui.page(f"/studio/{kind.value}/{{item_id}}/history", response_timeout=15)
    async def show(request: Request, item_id: str) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        here = links.HOME[kind]
        try:
            found = await visit.run(lambda _: studio.catalogue.revisions(kind, item_id))
        except UnknownItem:
            found = []
        with frame(visit, here, visit.labels("history")):
            if found:
                HistoryPage(visit, found)
            else:
                text(visit.labels.of("errors", "unknown_item"), "empty", data_testid="unknown")
        return None


class HistoryPage:
    """One tab with one item's history; the newest two are compared first."""

    def __init__(self, visit: Visit, revisions: Sequence[Revision]) -> None:
        """Build it; `revisions` are newest first."""
        self._visit = visit
        self._revisions = {str(revision.number): revision for revision in revisions}
        newest = revisions[0]
        self._after = str(newest.number)
        before = newest.based_on or (revisions[1].number if len(revisions) > 1 else newest.number)
        self._before = str(before)
        labels = visit.labels
        with box("page-head"):
            title = str(newest.content.get("title") or newest.item)
            text(labels("history_of", title=title), tag="h1")
            box("grow")
            back = links.item(newest.kind, newest.item)
            link(labels("back_to_item"), back, "btn", data_testid="back")
        working = any(revision.state in WORKING for revision in revisions)
        with box("table-box"), box("table", "table"), box("", "tbody"):
            for revision in revisions:
                self._row(revision, restorable=not working and revision is not newest)
        self._compare()

    def _row(self, revision: Revision, *, restorable: bool) -> None:
        labels, studio = self._visit.labels, self._visit.studio
        with box("", "tr", data_testid="revision", data_number=str(revision.number)):
            text(labels("revision", number=revision.number), "nowrap", "td")
            with box("nowrap", "td"):
                tag(self._visit, revision.state)
            text(studio.stamp(revision.changed), "nowrap muted", "td")
            text("、".join(map(studio.name_of, revision.authors)), tag="td")
            reviewer = studio.name_of(revision.reviewer) if revision.reviewer else ""
            text(labels("reviewed_by", who=reviewer) if reviewer else "", tag="td")
            text(revision.note, "grow", "td")
            with box("nowrap", "td"):
                if restorable and self._visit.person.may_edit:
                    restore = self._visit.guarded(lambda: self._restore(revision))
                    button(labels("restore_this"), restore, "small", data_testid="restore")

    def _compare(self) -> None:
        labels = self._visit.labels
        names = {number: labels("revision", number=number) for number in self._revisions}
        with box("filters"):
            text(labels("compare"), tag="span")
            Choice(names, self._before, self._from, data_testid="from", aria_label=labels("from"))
            text("→", "muted", "span")
            Choice(names, self._after, self._to, data_testid="to", aria_label=labels("to"))
        self._difference = box("panel", data_testid="diff")
        self._show()

    def _from(self, number: str) -> None:
        self._before = number
        self._show()

    def _to(self, number: str) -> None:
        self._after = number
        self._show()

    def _show(self) -> None:
        labels = self._visit.labels
        before, after = self._revisions[self._before], self._revisions[self._after]
        changed = diff(before, after)
        self._difference.clear()
        with self._difference:
            for field, parts in changed:
                with box("change", data_field=field):
                    text(labels.of("fields", field), "name")
                    pieces(parts)
            if not changed:
                text(labels("no_difference"), "muted")

    async def _restore(self, revision: Revision) -> None:
        labels, number = self._visit.labels, revision.number
        title = labels("restore_title", number=number)
        if not await confirm(labels, title, labels("restore_explained")):
            return
        catalogue, name = self._visit.studio.catalogue, (revision.kind, revision.item)
        await self._visit.run(lambda by: catalogue.restore(by, *name, number))
        ui.navigate.to(links.item(*name))
