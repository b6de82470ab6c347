"""What colleagues remarked on an item's revisions."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from knowledge_base.catalogue.revision import Revision
from knowledge_base.studio.theme import box, button, text
from knowledge_base.studio.visit import Visit


class CommentsView:
    """A panel beside the form."""

    def __init__(self, visit: Visit, revision: Callable[[], Revision]) -> None:
        """Build it inside the current element; `revision` is the one that is shown."""
        self._visit = visit
        self._revision = revision
        labels = visit.labels
        with box("panel", data_testid="comments"):
            text(labels("comments"), tag="h2")
            self._list = box("remarks")
            self._field = ui.textarea(placeholder=labels("comment_hint"))
            self._field.props("outlined dense autogrow").classes("area")
            self._field.props["data-testid"] = "comment"
            self._field.props["aria-label"] = labels("comments")
            send = visit.guarded(self._send)
            button(labels("comment_send"), send, "small", data_testid="comment-send")

    async def refresh(self) -> None:
        """Read the comments again."""
        revision = self._revision()
        catalogue = self._visit.studio.catalogue
        found = await self._visit.run(lambda _: catalogue.comments(revision.kind, revision.item))
        labels, studio = self._visit.labels, self._visit.studio
        self._list.clear()
        with self._list:
            for comment in sorted(found, key=lambda one: one.at):
                with box("remark", data_testid="remark"):
                    who = studio.name_of(comment.author)
                    at = studio.stamp(comment.at)
                    text(labels("comment_by", who=who, at=at, number=comment.number), "small muted")
                    text(comment.text, "said")
            if not found:
                text(labels("no_comments"), "muted small")

    async def _send(self) -> None:
        written = str(self._field.value or "").strip()
        if not written:
            return
        revision = self._revision()
        catalogue = self._visit.studio.catalogue
        await self._visit.run(lambda by: catalogue.comment(by, revision, written))
        self._field.value = ""
        await self.refresh()
