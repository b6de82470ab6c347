"""Where an agent writes. Enter sends, Shift+Enter breaks the line, an IME's Enter does neither.

What begins with "/" searches the approved replies; Enter then inserts the first of them.
"""

from __future__ import annotations

from datetime import tzinfo

from nicegui import events, ui

from handoff.canned import MARK, CannedReplies
from handoff.desk.blocked_view import BlockedView
from handoff.desk.file_chooser import FileChooser
from handoff.desk.reply_picker import ReplyPicker
from handoff.desk.shortcuts import HINT
from handoff.desk.theme import box, button, text
from handoff.desk.warning_view import WarningView
from handoff.desk.writing import Writing
from handoff.service import LONGEST

# A Chinese input method confirms its candidate with Enter: key code 229, or isComposing.
_ENTER = """(event) => {
  if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  emit(event.target.value);
}"""
_NEARLY = 200


class Composer:
    """A text field with its send button, hints, banner and the blocked sentence above it."""

    def __init__(self, writing: Writing, replies: CannedReplies, zone: tzinfo) -> None:
        """Build it inside the current element."""
        self._writing = writing
        self._under_way: list[tuple[str, str]] = []
        with box("foot-bar") as self.element:
            self._banner = text("", "banner", role="status", data_testid="banner")
            self.blocked = BlockedView()
            self._warning = WarningView(writing.findings)
            self._replies = ReplyPicker(replies, zone, self.insert)
            with box("composer-row"):
                self._attach = FileChooser(writing.file) if writing.takes_files else None
                self._field = self._build_field()
                self._send = button("发送", self._submit, "primary", data_testid="send")
            with box("hint"):
                keys = text(
                    "Enter 发送 · Shift + Enter 换行 · 输入 / 搜索常用语", "grow", tag="span"
                )
                keys.props["title"] = HINT
                self._left = text("", "near", tag="span", role="status")
        self.say("")

    def _build_field(self) -> ui.textarea:
        field = ui.textarea(placeholder="输入回复内容，发送前会自动进行合规检查")
        field.props("outlined dense autogrow").classes("composer")
        field.props["data-testid"] = "composer"
        field.props["aria-label"] = "回复客户"
        field.on("keydown.enter", self._enter, js_handler=_ENTER)
        field.on_value_change(self._changed)
        return field

    @property
    def value(self) -> str:
        """What stands in the field."""
        return self._field.value or ""

    def fill(self, draft: str) -> None:
        """Put a draft into the field."""
        self._field.value = draft

    def insert(self, approved: str) -> None:
        """Put an approved text in place of a search for it, or after what is written."""
        written = self.value
        searched = not written.strip() or written.startswith(MARK)
        self.fill(approved if searched else f"{written}\n{approved}")
        self.focus()

    def say(self, banner: str, *, lost: bool = False, open_: bool = True) -> None:
        """Show a banner (or none), and allow or refuse writing."""
        self._banner.set_text(banner)
        self._banner.classes(add="lost" if lost else "", remove="" if lost else "lost")
        self._banner.set_visibility(bool(banner))
        self._field.set_enabled(open_)
        self._send.enable(enabled=open_)
        if self._attach:
            self._attach.enable(enabled=open_)

    def focus(self) -> None:
        """Put the cursor into the field."""
        self._field.run_method("focus")

    def _changed(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        written = event.value or ""
        left = LONGEST - len(written)
        self._left.set_text(f"还可输入 {left} 字" if left < _NEARLY else "")
        self._replies.show(written)
        self._warning.read(written)
        self._writing.keep(written)

    async def _enter(self, event: events.GenericEventArguments) -> None:
        await self._submit(str(event.args or ""))

    async def _submit(self, written: str | None = None) -> None:
        """Send; the field is emptied at once and filled again when nothing was sent.

        The next sentence may be sent while the one before it is still under way. The same
        sentence again is a key held too long. What was not sent goes back to the conversation
        that it was written for, which may not be the open one any more.
        """
        said = self.value if written is None else written
        whence = self._writing.open_id
        if not said.strip() or (whence, said) in self._under_way:
            return
        if found := self._replies.find(said):
            self.fill("")
            self.insert(found[0].text)
            return
        self._under_way.append((whence, said))
        self.fill("")
        try:
            sent = await self._writing.send(said)
        finally:
            self._under_way.remove((whence, said))
        draft = "" if sent else self._writing.give_back(whence, said)
        if whence != self._writing.open_id:
            return
        if sent:
            self.blocked.hide()
        else:
            self.fill(draft)
        self.focus()
