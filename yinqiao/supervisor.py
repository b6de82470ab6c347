"""Starts the processes in order, watches and restarts them, stops them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from yinqiao.log_file import LogFile
from yinqiao.processes import Process
from yinqiao.settings import ROOT

_PR_SET_PDEATHSIG = 1
_START_SECONDS = 180
_STOP_SECONDS = 20
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
_STABLE_SECONDS = 60

Report = Callable[[str, str], None]


class DidNotStart(Exception):
    """A process ended, or was not ready in time, before the system ever worked."""


def _die_with_parent() -> None:
    """Ask the kernel to end the child when the supervisor is killed (Linux, prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Supervisor:
    """Runs groups of processes; `report(name, state)` is told of every change."""

    groups: list[list[Process]]
    log: LogFile
    report: Report
    _running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _watchers: list[asyncio.Task[None]] = field(default_factory=list)
    _stopping: bool = False

    async def run(self, started: Callable[[], None]) -> None:
        """Start everything, call `started`, then run until SIGINT or SIGTERM."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        with contextlib.closing(self.log):
            try:
                await self._start(stop)
                if not stop.is_set():
                    started()
                await stop.wait()
            finally:
                await self._stop()

    async def _start(self, stop: asyncio.Event) -> None:
        for group in self.groups:
            for process in group:
                await self._launch(process)
            await asyncio.gather(*(self._await_ready(process, stop) for process in group))
            for process in group:
                self._watchers.append(asyncio.create_task(self._watch(process)))

    async def _launch(self, process: Process) -> None:
        self.report(process.name, "starting")
        child = await asyncio.create_subprocess_exec(
            *process.argv,
            cwd=ROOT,
            env=process.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        self._running[process.name] = child
        assert child.stdout  # noqa: S101 - it was asked for
        task = asyncio.create_task(_copy(process.name, child.stdout, self.log))
        task.add_done_callback(lambda _: None)

    async def _await_ready(self, process: Process, stop: asyncio.Event) -> None:
        child = self._running[process.name]
        deadline = time.monotonic() + _START_SECONDS
        while not await process.ready():
            if stop.is_set():
                return
            if child.returncode is not None or time.monotonic() > deadline:
                raise DidNotStart(process.name)
            await asyncio.sleep(0.2)
        self.report(process.name, "ready")

    async def _watch(self, process: Process) -> None:
        pause = _FIRST_PAUSE
        while True:
            began = time.monotonic()
            code = await self._running[process.name].wait()
            if self._stopping:
                return
            if time.monotonic() - began > _STABLE_SECONDS:
                pause = _FIRST_PAUSE
            self.report(process.name, f"ended ({code}), restarting")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            await self._launch(process)

    async def _stop(self) -> None:
        self._stopping = True
        for group in reversed(self.groups):
            await asyncio.gather(*(self._end(process.name) for process in group))
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)

    async def _end(self, name: str) -> None:
        child = self._running.get(name)
        if child is None or child.returncode is not None:
            return
        self.report(name, "stopping")
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await child.wait()
            except TimeoutError:
                child.kill()
                await child.wait()


async def _copy(name: str, source: asyncio.StreamReader, log: LogFile) -> None:
    """Copy a child's lines into the one log."""
    while line := await source.readline():
        log.write(name, line.decode("utf-8", "replace").rstrip())
