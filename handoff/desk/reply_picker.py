"""The list of approved replies above the composer while "/" is being written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from handoff.canned import MARK, CannedReplies, Reply
from handoff.desk.theme import box, text


class ReplyPicker:
    """Hidden unless what is written begins with the mark and finds something."""

    def __init__(
        self, replies: CannedReplies, zone: tzinfo, on_choose: Callable[[str], None]
    ) -> None:
        """Build it, hidden, inside the current element."""
        self._replies = replies
        self._zone = zone
        self._on_choose = on_choose
        self._box = box("replies", role="listbox", aria_label="常用语", data_testid="replies")
        self._box.set_visibility(False)

    def find(self, written: str) -> Sequence[Reply]:
        """Return what is offered for a draft."""
        if not written.startswith(MARK):
            return ()
        today = datetime.now(self._zone).date()
        return self._replies.search(written.removeprefix(MARK), today)

    def show(self, written: str) -> None:
        """Show what is offered for a draft, or nothing."""
        found = self.find(written)
        self._box.clear()
        self._box.set_visibility(bool(found))
        with self._box:
            for reply in found:
                self._row(reply)

    def _row(self, reply: Reply) -> None:
        row = box("reply", "button", type="button", role="option", data_testid="reply")
        row.on("click", lambda _: self._on_choose(reply.text))
        with row:
            text(reply.title, tag="b")
            text(reply.text, "preview", tag="span")
