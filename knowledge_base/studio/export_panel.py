"""Everything to take away: an archive of the content folder, or a list for other programs."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from nicegui import ui

from knowledge_base.catalogue.revision import Person
from knowledge_base.exchange.export import export_archive, export_csv, export_xlsx
from knowledge_base.studio.theme import box, button, text
from knowledge_base.studio.visit import Visit

_FORMATS = ("zip", "xlsx", "csv")


class ExportPanel:
    """A button a format; a file is written in a thread, sent once, and deleted."""

    def __init__(self, visit: Visit) -> None:
        """Build it inside the current element."""
        self._visit = visit
        with box("panel"):
            text(visit.labels("export"), tag="h2")
            text(visit.labels("export_hint"), "muted small")
            with box("buttons"):
                for form in _FORMATS:
                    self._button(form)

    def _button(self, form: str) -> None:
        async def send() -> None:
            await self._send(form)

        name = self._visit.labels.of("exports", form)
        button(name, self._visit.guarded(send), "small", data_testid=f"export-{form}")

    async def _send(self, form: str) -> None:
        studio = self._visit.studio
        today = datetime.now(studio.zone).date()
        path = Path(tempfile.gettempdir()) / f"yinqiao-export-{secrets.token_hex(16)}.{form}"

        def write(_: Person) -> bytes:
            # What is published: an approved text that waits for its day stays at home.
            articles = studio.catalogue.effective(today, frozenset())
            try:
                if form == "zip":
                    export_archive(articles, studio.catalogue.values(), path)
                else:
                    _LISTS[form](articles, path)
                return path.read_bytes()
            finally:
                path.unlink(missing_ok=True)

        data = await self._visit.run(write)
        ui.download.content(data, f"knowledge-{today.isoformat()}.{form}")


_LISTS: dict[str, Callable[..., int]] = {"xlsx": export_xlsx, "csv": export_csv}
