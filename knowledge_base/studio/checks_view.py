"""What is wrong with a text while it is being written: faults, likeness to other articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge_base.catalogue.revision import Kind
from knowledge_base.catalogue.similar import Warning_
from knowledge_base.errors import Problem
from knowledge_base.studio import links
from knowledge_base.studio.form import problem_text
from knowledge_base.studio.likes import Likes
from knowledge_base.studio.theme import box, link, text
from knowledge_base.studio.visit import Visit


class ChecksView:
    """A panel beside the form."""

    def __init__(self, visit: Visit, kind: Kind, item_id: str) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._kind = kind
        self._id = item_id
        self._likes = Likes(visit.studio, item_id)
        with box("panel", aria_live="polite", data_testid="checks"):
            text(visit.labels("checks"), tag="h2")
            self._box = box("")

    async def show(self, content: Mapping[str, Any]) -> list[Problem]:
        """Check a content, show what was found, return the faults."""
        catalogue = self._visit.studio.catalogue

        def look(_: object) -> tuple[list[Problem], Sequence[Warning_]]:
            faults = catalogue.problems(self._kind, content, self._id)
            if self._kind is not Kind.ARTICLE:
                return faults, ()
            return faults, self._likes.find(content)

        faults, likes = await self._visit.run(look)
        self._box.clear()
        with self._box:
            for fault in faults:
                self._fault(fault)
            for like in likes:
                self._like(like)
            if not faults and not likes:
                text(self._visit.labels("checks_fine"), "fine", data_testid="fine")
        return faults

    def _fault(self, fault: Problem) -> None:
        labels = self._visit.labels
        with box("finding fault", data_testid="fault", data_field=fault.field):
            text(labels.of("fields", fault.field.partition(".")[0]), "name", "span")
            text(problem_text(labels, fault), tag="span")

    def _like(self, like: Warning_) -> None:
        labels = self._visit.labels
        with box("finding like", data_testid="like"):
            text(labels.of("likes", like.code), "name", "span")
            link(like.title, links.item(Kind.ARTICLE, like.article))
            text(labels("like", own=like.wording, other=like.other), "muted", "span")
