"""Why a sentence was not sent: the words, the reason, the rule."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape

from nicegui import ui

from conversation.errors import Finding
from handoff.desk.theme import box, button, text


class BlockedView:
    """Stands above the composer while the last sentence is blocked."""

    def __init__(self) -> None:
        """Build it, hidden, inside the current element.

        `on_ask(sentence, words)` asks a supervisor for a release; None where nobody may.
        """
        self.on_ask: Callable[[str, list[str]], Awaitable[None]] | None = None
        self._box = box("blocked", role="alert", data_testid="blocked")
        self.hide()

    def hide(self) -> None:
        """Take it away."""
        self._box.clear()
        self._box.set_visibility(False)

    def show(self, said: str, findings: tuple[Finding, ...]) -> None:
        """Show a sentence with the words in question marked, and every finding."""
        self._box.clear()
        self._box.set_visibility(True)
        with self._box:
            with box("title"):
                text("这条消息未发送：包含不得对客户使用的表述", "grow")
                button("知道了", self.hide, "small ghost")
            ui.html(marked(said, findings), sanitize=True).classes("quoted")
            for finding in findings:
                with box("finding"):
                    text(f"「{finding.words}」", tag="b")
                    text(finding.why, tag="span")
                    text(f"规则 {finding.rule} · {finding.source}", "rule", tag="span")
            with box("cells"):
                text("请修改后重新发送。", "record grow")
                if ask := self.on_ask:
                    words = [finding.words for finding in findings]
                    button(
                        "申请班长放行", lambda: ask(said, words), "small", data_testid="ask-release"
                    )


def marked(said: str, findings: tuple[Finding, ...]) -> str:
    """Return the text as HTML, everything escaped, the findings' spans inside <mark>."""
    parts: list[str] = []
    at = 0
    for first, last in sorted(finding.span for finding in findings):
        start, end = max(first, at), min(last, len(said))
        if start < end:
            parts += [escape(said[at:start]), "<mark>", escape(said[start:end]), "</mark>"]
            at = end
    return "".join([*parts, escape(said[at:])])
