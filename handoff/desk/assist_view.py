"""The articles that may answer the customer's last message, beside the transcript."""

from __future__ import annotations

from collections.abc import Callable

from conversation.errors import Unavailable
from conversation.message import Sender
from handoff.assist import Assist, Suggestion, quotes
from handoff.desk.opened import Opened
from handoff.desk.theme import box, button, text


class AssistView:
    """Searches once for each message of the customer; inserting fills the composer."""

    def __init__(self, assist: Assist | None, insert: Callable[[str], None]) -> None:
        """Build the section inside the current element; without an `assist` it stays hidden."""
        self._assist = assist
        self._insert = insert
        self._asked = ""
        self._inserted: Suggestion | None = None
        self._box = box("section", data_testid="assist")
        self._box.set_visibility(False)

    async def follow(self, opened: Opened | None) -> None:
        """Show the articles for the last thing the customer of a conversation wrote."""
        said = reversed(opened.entries) if opened else ()
        last = next((one for one in said if one.sender is Sender.CUSTOMER), None)
        asked = f"{last.conversation_id} {last.id}" if last else ""
        if self._assist is None or asked == self._asked:
            return
        self._asked = asked
        self._inserted = None
        try:
            found = await self._assist.suggest(last.text) if last else ()
        except Unavailable:
            found = ()
        if asked != self._asked:
            return  # another conversation was opened meanwhile
        self._box.clear()
        self._box.set_visibility(bool(found))
        with self._box:
            text("知识助手", tag="h3")
            for suggestion in found:
                self._row(suggestion)

    def _row(self, suggestion: Suggestion) -> None:
        with box("entry", data_testid="suggestion"):
            with box("cells"):
                text(suggestion.source.title, "who grow")
                text(f"{suggestion.probability:.0%}", "when")
            text(suggestion.text, "preview three")
            with box("cells foot"):
                text(suggestion.source.source, "small grow")
                if suggestion.internal:
                    text("内部资料，不可外发", "tag p2")
                else:
                    button("插入", lambda: self._use(suggestion), "small", data_testid="insert")

    def _use(self, suggestion: Suggestion) -> None:
        self._inserted = suggestion
        self._insert(suggestion.text)

    def quoted(self, said: str) -> Suggestion | None:
        """Return the article that was inserted, if it is still said word for word."""
        inserted = self._inserted
        return inserted if inserted and quotes(said, inserted) else None
