"""A window with an earlier conversation, to be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from nicegui import ui

from conversation.message import Message
from handoff.desk.message_view import MessageView
from handoff.desk.theme import box, button, text
from handoff.labels import Labels


class EarlierDialog:
    """Built closed; filled anew each time."""

    def __init__(self, labels: Labels, zone: tzinfo) -> None:
        """Build it inside the current element."""
        self._messages = MessageView(labels, zone)
        with ui.dialog() as self._dialog, box("window earlier", role="dialog"):
            self._title = text("", tag="h2")
            with box("scroll", tabindex="0"):
                self._log = box("transcript", role="log", data_testid="earlier-log")
            with box("cells window-foot"):
                box("grow")
                button("关闭", self._dialog.close, "ghost")

    def open(self, title: str, log: Sequence[Message]) -> None:
        """Show a log."""
        self._title.set_text(title)
        self._log.clear()
        self._messages.forget()
        with self._log:
            for entry in log:
                self._messages.build(entry)
            if not log:
                text("记录已不在保存期内。", "muted")
        self._dialog.open()
