"""One blocked sentence on the board: who asks, what for, and the decision with its reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import events

from handoff.desk.theme import box, button, text
from handoff.releases import ReleaseRequest


class RequestRow:
    """Decides through its callbacks: `(conversation, reason)`."""

    def __init__(
        self,
        request: ReleaseRequest,
        on_release: Callable[[str, str], Awaitable[None]],
        on_refuse: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """Build the row."""
        self._id = request.conversation_id
        self._reason = ""
        with box("grid-row request-row", role="listitem", data_testid="request") as self.element:
            with box("cells"):
                text(request.name, "who")
                self._words = text("", "when breached grow")
            self._text = text("", "quote")
            with box("cells"):
                reason = box("reason", "input", placeholder="理由(必填)", data_testid="reason")
                reason.props["aria-label"] = "放行或退回的理由"
                reason.props["maxlength"] = "200"
                reason.on("input", self._write, js_handler="(event) => emit(event.target.value)")
                button("退回", lambda: on_refuse(self._id, self._reason), "small")
                button(
                    "放行",
                    lambda: on_release(self._id, self._reason),
                    "small primary",
                    data_testid="release",
                )

    def _write(self, event: events.GenericEventArguments) -> None:
        self._reason = str(event.args or "")

    def update(self, item: ReleaseRequest) -> None:
        """Show the sentence as it was asked for last."""
        self._words.set_text("、".join(item.words))
        self._text.set_text(item.text)
