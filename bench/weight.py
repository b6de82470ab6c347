"""What the processes of a running system use: memory and time."""

from __future__ import annotations

from collections.abc import Mapping

import psutil

_MARKS = {
    "gateway": "serve gateway",
    "Rasa": "lean_rasa",
    "actions": "serve actions",
    "desk": "serve desk",
    "Valkey": "valkey-server",
}
Processes = Mapping[str, psutil.Process]


def processes_of(supervisor: int) -> Processes:
    """Return the supervisor and its children by name."""
    root = psutil.Process(supervisor)
    found = {"supervisor": root}
    for child in root.children():
        line = " ".join(child.cmdline())
        found |= {name: child for name, mark in _MARKS.items() if mark in line}
    return found


def resident(process: psutil.Process) -> int:
    """Return the bytes in memory; a page that n processes share counts 1/n (Linux: PSS)."""
    return int(process.memory_full_info().pss)


def used(processes: Processes) -> dict[str, float]:
    """Return the seconds of processor time that each has used so far."""
    return {name: sum(one.cpu_times()[:2]) for name, one in processes.items()}
