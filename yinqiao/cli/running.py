"""`yinqiao setup`, `up` and `demo`: progress for every long step, then the addresses."""

from __future__ import annotations

import asyncio

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from yinqiao.accounts import DEMO_PASSWORD, ensure_demo_accounts
from yinqiao.log_file import LogFile
from yinqiao.processes import processes_of
from yinqiao.settings import Settings
from yinqiao.setup import STEPS, SetupFailed, model_path
from yinqiao.supervisor import DidNotStart, Supervisor


def set_up(settings: Settings, console: Console) -> None:
    """Run the steps of the set-up in order."""
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        for step in STEPS:
            task = progress.add_task(step.title, total=1)

            def tell(words: str, *, title: str = step.title, task: TaskID = task) -> None:
                progress.update(task, description=f"{title}: {words}")

            try:
                step.run(settings, tell)
            except SetupFailed as error:
                console.print(f"[red]{step.title}[/red]: {error}", markup=True)
                raise typer.Exit(1) from None
            progress.update(task, description=step.title, completed=1)


def bring_up(settings: Settings, console: Console, *, demo: bool) -> None:
    """Start all processes; returns when they have been stopped."""
    try:
        groups = processes_of(settings, model_path(settings))
    except SetupFailed as error:
        console.print(str(error))
        raise typer.Exit(1) from None
    if demo:
        ensure_demo_accounts(settings)
    log = LogFile(settings.log_path, settings.log_rotation)

    def report(name: str, state: str) -> None:
        console.print(f"[dim]{name:8}[/dim] {state}")

    def started() -> None:
        console.print(_addresses(settings, demo=demo))
        console.print(f"[bold green]ready[/bold green] (log: {log.path}; Ctrl-C stops everything)")

    try:
        asyncio.run(Supervisor(groups, log, report).run(started))
    except* DidNotStart as failed:
        names = ", ".join(str(error) for error in failed.exceptions)
        console.print(f"[red]{names} did not start; its words are in {log.path}[/red]")
        raise typer.Exit(1) from None


def _addresses(settings: Settings, *, demo: bool) -> Table:
    table = Table(show_header=False, box=None)
    table.add_row("客户聊天页面", settings.gateway_url)
    table.add_row("坐席工作台", settings.desk_url)
    table.add_row("接口文档", f"{settings.gateway_url}/docs")
    if demo:
        table.add_row("演示坐席", f"agent1 / {DEMO_PASSWORD}")
        table.add_row("演示坐席", f"agent2 / {DEMO_PASSWORD}")
        table.add_row("演示主管", f"supervisor / {DEMO_PASSWORD}")
    return table
