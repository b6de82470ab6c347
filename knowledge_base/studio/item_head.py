"""The head of an item's page: what it is, where it stands, who else writes in it."""

from __future__ import annotations

from knowledge_base.catalogue.revision import Item, Revision
from knowledge_base.studio.item_rows import tag
from knowledge_base.studio.theme import box, text
from knowledge_base.studio.visit import Visit


class ItemHead:
    """Shows title, states and presence."""

    def __init__(self, visit: Visit, item: Item) -> None:
        """Build it inside the current element."""
        self._visit = visit
        with box("page-head"):
            self._title = text("", tag="h1", data_testid="item-title")
            self._tags = box("tags")
            self._dirty = text(
                visit.labels("dirty"), "dirty", "span", data_testid="dirty", data_saves="0"
            )
            self._dirty.set_visibility(False)
            box("grow")
            self._others = text("", "others", role="status", data_testid="others")
            self._others.set_visibility(False)
        self._line = text("", "muted small line-of")
        self._id = item.id
        self._saves = 0

    def show(self, item: Item, revision: Revision) -> None:
        """Show where it stands."""
        labels = self._visit.labels
        self._title.set_text(str(revision.content.get("title") or self._id))
        self._tags.clear()
        with self._tags:
            for state in [r.state for r in (item.published, item.working) if r] or [revision.state]:
                tag(self._visit, state)
        who = "、".join(self._visit.studio.name_of(login) for login in revision.authors)
        self._line.set_text(
            labels(
                "line_of",
                id=self._id,
                number=revision.number,
                who=who,
                at=self._visit.studio.stamp(revision.changed),
            )
        )

    def show_dirty(self, *, dirty: bool) -> None:
        """Show whether something is written and not saved."""
        self._dirty.set_visibility(dirty)
        if not dirty:
            # What was typed before this number is safe: see static/studio.js.
            self._saves += 1
            self._dirty.props["data-saves"] = str(self._saves)
            self._dirty.update()

    def show_others(self, names: list[str]) -> None:
        """Show who else has it open for editing."""
        said = self._visit.labels("others_edit", names="、".join(names)) if names else ""
        self._others.set_text(said)
        self._others.set_visibility(bool(names))
