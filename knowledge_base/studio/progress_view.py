"""A progress bar over a job that runs in a thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from knowledge_base.studio.jobs import Job
from knowledge_base.studio.theme import box, text
from knowledge_base.studio.visit import Visit

_EVERY = 0.2


class ProgressView:
    """Hidden until it is given a job to watch."""

    def __init__(self, visit: Visit) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._job: Job | None = None
        self._then: Callable[[Job], Awaitable[None]] | None = None
        with box("panel progress", role="status", data_testid="progress") as self._box:
            self._title = text("", "grow")
            with box("track", role="progressbar", aria_valuemin="0", aria_valuemax="100") as bar:
                self._bar = bar
                self._fill = box("fill")
            self._doing = text("", "muted small")
        self._box.set_visibility(False)
        self._timer = ui.timer(_EVERY, self._look, active=False)

    def watch(self, job: Job, title: str, then: Callable[[Job], Awaitable[None]]) -> None:
        """Show how far a job is; call `then` when it is over."""
        self._job = job
        self._then = then
        self._title.set_text(title)
        self._box.set_visibility(True)
        self._timer.activate()

    async def _look(self) -> None:
        job, then = self._job, self._then
        if job is None or then is None:
            return
        percent = f"{job.part * 100:.0f}"
        self._fill.style(f"width: {percent}%")
        self._bar.props["aria-valuenow"] = percent
        self._doing.set_text(self._visit.labels.in_words("steps", job.doing))
        if job.over:
            self._timer.deactivate()
            self._job = None
            self._box.set_visibility(False)
            await self._visit.guarded(lambda: then(job))()
