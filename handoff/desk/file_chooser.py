"""The button with which an agent sends a picture or a document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from conversation.files import SUFFIXES
from handoff.desk.theme import button

_LARGEST = 50 * 1024 * 1024


class FileChooser:
    """Hands each chosen file over; whoever takes it decides whether it is one."""

    def __init__(self, on_file: Callable[[str, bytes], Awaitable[None]]) -> None:
        """Build it inside the current element."""
        self._on_file = on_file
        self._upload = ui.upload(
            on_upload=self._chosen, auto_upload=True, max_file_size=_LARGEST
        ).classes("hidden-visually")
        self._upload.props["accept"] = ",".join(SUFFIXES)
        self._upload.props["tabindex"] = "-1"
        self._button = button("附件", self._choose, "attach", data_testid="attach")
        self._button.props["title"] = "发送图片或 PDF"

    def enable(self, *, enabled: bool) -> None:
        """Allow or refuse choosing."""
        self._button.enable(enabled=enabled)

    def _choose(self) -> None:
        self._upload.run_method("pickFiles")

    async def _chosen(self, event: events.UploadEventArguments) -> None:
        await self._on_file(event.file.name, await event.file.read())
        self._upload.reset()
