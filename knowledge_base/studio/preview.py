"""The answer as it is being written: Markdown rendered, named values filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from knowledge_base.exchange.clean import safe_html
from knowledge_base.studio.theme import box, text
from knowledge_base.studio.visit import Visit
from knowledge_base.values import PLACEHOLDER


class Preview:
    """A panel beside the form; HTML in the text stays text."""

    def __init__(self, visit: Visit) -> None:
        """Build it inside the current element."""
        self.values: dict[str, str] = {}
        with box("panel", data_testid="preview"):
            text(visit.labels("preview"), tag="h2")
            self._html = ui.html("", sanitize=True).classes("rendered")

    def show(self, content: Mapping[str, Any]) -> None:
        """Render a body; a value that nobody knows keeps its braces."""
        self._html.set_content(safe_html(fill(str(content.get("body") or ""), self.values)))


def fill(body: str, values: Mapping[str, str]) -> str:
    """Replace every `{{name}}` that is known."""
    return PLACEHOLDER.sub(lambda match: values.get(match.group(1), match.group(0)), body)
