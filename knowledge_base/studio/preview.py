"""The answer as it is being written: Markdown rendered, named values filled in."""

from __future__ import annotations

import re
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
        body = fill(str(content.get("body") or ""), self.values)
        self._html.set_content(safe_html(kept_lines(body)))


def fill(body: str, values: Mapping[str, str]) -> str:
    """Replace every `{{name}}` that is known."""
    return PLACEHOLDER.sub(lambda match: values.get(match.group(1), match.group(0)), body)


def kept_lines(body: str) -> str:
    """Return Markdown that breaks lines where `body` does.

    Customers read an answer line for line. Markdown alone would join a line to the one before,
    and what follows a list to its last item.
    """
    made: list[str] = []
    for line in body.splitlines():
        before = made[-1] if made else ""
        if _plain(line) and _LISTED.match(before):
            made.append("")
        elif _plain(line) and _plain(before):
            made[-1] = f"{before.rstrip()}  "
        made.append(line)
    return "\n".join(made)


def _plain(line: str) -> bool:
    return bool(line.strip()) and not _MARKED.match(line)


_LISTED = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\S")
_MARKED = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)])\s+\S|[|#>]|```)|\s{2,}\S")
