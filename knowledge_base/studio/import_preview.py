"""What a file would become: a table to choose from, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from knowledge_base.catalogue.revision import Kind
from knowledge_base.errors import Problem
from knowledge_base.exchange.document import Draft, Import
from knowledge_base.studio import links
from knowledge_base.studio.labels import Labels
from knowledge_base.studio.theme import Text, box, button, link, text
from knowledge_base.studio.visit import Visit

_PAGE = 50
_BODY = 90
_LISTED = 100


class ImportPreview:
    """Everything is chosen at first; a page of rows at a time."""

    def __init__(
        self, visit: Visit, found: Import, on_make: Callable[[Sequence[Draft]], Awaitable[None]]
    ) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._drafts = found.drafts
        self._on_make = on_make
        self._chosen = set(range(len(found.drafts)))
        self._first = 0
        labels = visit.labels
        with box("page-head"):
            text(labels("found", count=len(found.drafts)), tag="h2", data_testid="found")
            box("grow")
            button(labels("choose_all"), lambda: self._choose(everything=True), "small ghost")
            none = labels("choose_none")
            button(none, lambda: self._choose(everything=False), "small ghost", data_testid="none")
            make = visit.guarded(self._make)
            self._maker = button("", make, "primary", data_testid="make-drafts")
        self._problems("import_problems", found.problems, "problem")
        self._problems("import_skipped", found.skipped, "skipped")
        if found.unlisted:
            text(labels("unlisted", count=found.unlisted), "muted small")
        with box("table-box") as table, box("table", "table"):
            self._rows = box("", "tbody", data_testid="drafts")
        table.set_visibility(bool(found.drafts))
        with box("pager") as pager:
            self._back = button(labels("previous"), lambda: self._turn(-_PAGE), "small")
            self._here = text("", "muted")
            self._on = button(labels("next"), lambda: self._turn(_PAGE), "small")
        pager.set_visibility(len(found.drafts) > _PAGE)
        self._show()

    def _problems(self, title: str, problems: Sequence[Problem], testid: str) -> None:
        if not problems:
            return
        labels = self._visit.labels
        with box("panel", "details", data_testid=f"{testid}s", open="open"):
            text(labels(title, count=len(problems)), tag="summary")
            for problem in problems[:_LISTED]:
                text(problem_line(labels, problem), "finding", data_testid=testid)
            if len(problems) > _LISTED:
                text(labels("unlisted", count=len(problems) - _LISTED), "muted small")

    def _choose(self, *, everything: bool) -> None:
        self._chosen = set(range(len(self._drafts))) if everything else set()
        self._show()

    def _turn(self, step: int) -> None:
        if 0 <= self._first + step < len(self._drafts):
            self._first += step
            self._show()

    def _show(self) -> None:
        last = min(self._first + _PAGE, len(self._drafts))
        self._rows.clear()
        with self._rows:
            for number in range(self._first, last):
                self._row(number, self._drafts[number])
        labels = self._visit.labels
        span = labels("span", first=self._first + 1, last=last, count=len(self._drafts))
        self._here.set_text(span)
        self._back.enable(enabled=self._first > 0)
        self._on.enable(enabled=last < len(self._drafts))
        self._count()

    def _count(self) -> None:
        self._maker.set_text(self._visit.labels("make_drafts", count=len(self._chosen)))
        self._maker.enable(enabled=bool(self._chosen))

    def _row(self, number: int, draft: Draft) -> None:
        labels = self._visit.labels
        with box("", "tr", data_testid="draft"):
            with box("", "td"):
                self._tick(number, draft)
            with box("", "td"):
                text(draft.title, "title")
                text(draft.id, "small muted")
            text(labels("wordings", count=len(draft.questions)), "nowrap", "td")
            text(_short(draft.body), "muted", "td")
            text(draft.place, "small muted", "td")
            with box("nowrap", "td"):
                if draft.changes:
                    target = links.item(Kind.ARTICLE, draft.changes)
                    link(labels("changes"), target, "tag review", data_testid="changes")
                else:
                    text(labels("is_new"), "tag draft", "span")

    def _tick(self, number: int, draft: Draft) -> Text:
        tick = text("", "", "input", type="checkbox", aria_label=draft.title, data_testid="tick")
        if number in self._chosen:
            tick.props["checked"] = True

        def ticked(event: Any) -> None:
            (self._chosen.add if event.args else self._chosen.discard)(number)
            self._count()

        tick.on("change", ticked, js_handler="(e) => emit(e.target.checked)")
        return tick

    async def _make(self) -> None:
        await self._on_make([self._drafts[number] for number in sorted(self._chosen)])


def problem_line(labels: Labels, problem: Problem) -> str:
    """Return where the fault is and what it is."""
    where = [problem.file]
    if problem.line:
        where.append(labels("line", line=problem.line))
    field = labels.of("fields", problem.field.partition(".")[0])
    said = labels.in_words("import_faults", problem.message)
    return f"{' · '.join(where)} · {field}：{said}"


def _short(body: str) -> str:
    line = " ".join(body.split())
    return f"{line[:_BODY]}…" if len(line) > _BODY else line
