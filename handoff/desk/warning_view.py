"""What the gate would say of a sentence, while it is still being written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nicegui import background_tasks

from conversation.errors import Finding
from handoff.desk.theme import box, text

_PAUSE = 0.3
"""Seconds without a key after which a sentence is read."""

Check = Callable[[str], tuple[Finding, ...]]


class WarningView:
    """Hidden unless what is written would be blocked."""

    def __init__(self, check: Check) -> None:
        """Build it, hidden, inside the current element; `check` returns what is found."""
        self._check = check
        self._reading: asyncio.Task[None] | None = None
        self._box = box("warned", role="status", data_testid="warned")
        self._box.set_visibility(False)

    def read(self, written: str) -> None:
        """Read a sentence once nothing more is added for a moment."""
        if self._reading:
            self._reading.cancel()
        self._reading = background_tasks.create(self._read(written))

    async def _read(self, written: str) -> None:
        await asyncio.sleep(_PAUSE)
        if self._box.is_deleted:
            return  # the page was left meanwhile
        with self._box:
            self.show(self._check(written) if written.strip() else ())

    def show(self, findings: tuple[Finding, ...]) -> None:
        """Show the words in question, why, and under which rule."""
        self._box.clear()
        self._box.set_visibility(bool(findings))
        with self._box:
            for finding in findings:
                with box("finding"):
                    text(f"「{finding.words}」不能发送", tag="b")
                    text(finding.why, tag="span")
                    text(f"规则 {finding.rule} · {finding.source}", "rule", tag="span")
