"""`python -m yinqiao.watch MODEL [--demo]`: starts all processes, watches them, stops them.

`yinqiao up` becomes this process: it needs little, and is there as long as the system runs.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from yinqiao.log_file import LogFile
from yinqiao.processes import processes_of
from yinqiao.settings import Settings
from yinqiao.supervisor import DidNotStart, Supervisor


def watch(settings: Settings, console: Console, model: Path, *, demo: bool) -> bool:
    """Run everything on Rasa's `model`; tells whether it started, once it has been stopped."""
    log = LogFile(settings.log_path, settings.log_rotation)

    def report(name: str, state: str) -> None:
        console.print(f"[dim]{name:8}[/dim] {state}")

    def started() -> None:
        console.print(_addresses(settings, demo=demo))
        console.print(f"[bold green]ready[/bold green] (log: {log.path}; Ctrl-C stops everything)")

    works = True
    try:
        asyncio.run(Supervisor(processes_of(settings, model), log, report).run(started))
    except* DidNotStart as failed:
        names = ", ".join(str(error) for error in failed.exceptions)
        console.print(f"[red]{names} did not start; its words are in {log.path}[/red]")
        works = False
    return works


def _addresses(settings: Settings, *, demo: bool) -> Table:
    table = Table(show_header=False, box=None)
    table.add_row("客户聊天页面", settings.gateway_url)
    table.add_row("坐席工作台", settings.desk_url)
    table.add_row("接口文档", f"{settings.gateway_url}/docs")
    if demo:
        from yinqiao.accounts import DEMO_PASSWORD  # noqa: PLC0415 - loads the records

        table.add_row("演示坐席", f"agent1 / {DEMO_PASSWORD}")
        table.add_row("演示坐席", f"agent2 / {DEMO_PASSWORD}")
        table.add_row("演示主管", f"supervisor / {DEMO_PASSWORD}")
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m yinqiao.watch")
    parser.add_argument("model", type=Path)
    parser.add_argument("--demo", action="store_true")
    given = parser.parse_args()
    sys.exit(not watch(Settings(), Console(), given.model, demo=given.demo))
