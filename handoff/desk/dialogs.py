"""Two small windows of an agent: handing on with a note, and leaving a note.

Both work without a mouse: the first field has the cursor, Ctrl+Enter confirms, Esc leaves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from handoff.desk.choice import Choice
from handoff.desk.theme import box, button, text
from handoff.service import LONGEST


class NoteDialog:
    """A window with a text of several lines, and a target to choose where there are targets."""

    def __init__(
        self,
        title: str,
        confirm: str,
        testid: str,
        on_confirm: Callable[[str, str], Awaitable[bool]],
        *,
        target: str = "",
    ) -> None:
        """Build it, closed; `on_confirm(target, note)` answers whether it was done."""
        self._on_confirm = on_confirm
        self._choice: Choice | None = None
        with ui.dialog() as self._dialog, box("window", role="dialog", data_testid=testid):
            text(title, tag="h2")
            if target:
                with box("field", "label"):
                    text(target, "name", tag="span")
                    self._choice = Choice(data_testid=f"{testid}-target", autofocus="")
            self._note = ui.textarea(placeholder="仅内部可见，客户看不到；Ctrl+Enter 确认").props(
                "outlined autogrow"
            )
            self._note.classes("composer").props["data-testid"] = f"{testid}-text"
            self._note.props["maxlength"] = str(LONGEST)
            self._note.props["aria-label"] = "内部备注"
            if not target:
                self._note.props("autofocus")
            self._note.on("keydown.ctrl.enter", self._confirm)
            with box("cells window-foot"):
                box("grow")
                button("取消", self._dialog.close, "ghost")
                button(confirm, self._confirm, "primary", data_testid=f"{testid}-confirm")

    def open(self, targets: Mapping[str, str] | None = None) -> None:
        """Open it, offering targets."""
        if self._choice:
            self._choice.offer(targets or {})
        self._dialog.open()

    async def _confirm(self) -> None:
        target = self._choice.value if self._choice else ""
        if await self._on_confirm(target, self._note.value or ""):
            self._note.value = ""
            self._dialog.close()
