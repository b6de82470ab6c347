"""Long work in a thread, watched by any tab: it goes on when the tab that began it is closed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_LOG = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
"""Takes the part done, 0..1, and what is being done; may be called from the thread."""


@dataclass
class Job:
    """One piece of work: `part` runs from 0 to 1; `result` or `error` tells that it is over."""

    name: str
    by: str
    part: float = 0.0
    doing: str = ""
    result: Any = None
    error: Exception | None = None
    over: bool = False

    def progress(self, part: float, doing: str = "") -> None:
        """Note how far it is; never goes back."""
        self.part = max(self.part, min(1.0, part))
        self.doing = doing or self.doing


@dataclass
class Jobs:
    """At most one job of a name at a time."""

    _jobs: dict[str, Job] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _abandoned: set[str] = field(default_factory=set)

    def get(self, name: str) -> Job | None:
        """Return the job that runs or ran last under this name."""
        return self._jobs.get(name)

    def start(self, name: str, by: str, work: Callable[[Progress], Any]) -> Job:
        """Run blocking `work` in a thread, or return the job of this name that already runs."""
        running = self._jobs.get(name)
        if running is not None and not running.over:
            return running
        job = self._jobs[name] = Job(name, by)
        task = asyncio.get_running_loop().create_task(self._run(job, work), name=f"job {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    def forget(self, name: str) -> None:
        """Drop a job that is over."""
        job = self._jobs.get(name)
        if job is not None and job.over:
            del self._jobs[name]

    def abandon(self, name: str) -> None:
        """Drop a job now, or when it is over: nobody will ask for its result."""
        self._abandoned.add(name)
        self._drop_abandoned(name)

    def _drop_abandoned(self, name: str) -> None:
        job = self._jobs.get(name)
        if name in self._abandoned and (job is None or job.over):
            self._abandoned.discard(name)
            self._jobs.pop(name, None)

    async def _run(self, job: Job, work: Callable[[Progress], Any]) -> None:
        try:
            job.result = await asyncio.to_thread(work, job.progress)
            job.part = 1.0
        except Exception as error:  # noqa: BLE001 - whoever watches is told; the process goes on
            _LOG.warning("job failed", extra={"job": job.name}, exc_info=True)
            job.error = error
        finally:
            job.over = True
            self._drop_abandoned(job.name)
