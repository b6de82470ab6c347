"""`yinqiao setup`, `up` and `demo`: progress for every long step, then the start."""

from __future__ import annotations

import os
import sys

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from yinqiao.accounts import ensure_demo_accounts
from yinqiao.settings import Settings
from yinqiao.setup import STEPS, SetupFailed, model_path


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
    """Become the process that starts and watches all others (`yinqiao.watch`)."""
    try:
        model = model_path(settings)
    except SetupFailed as error:
        console.print(str(error))
        raise typer.Exit(1) from None
    if demo:
        ensure_demo_accounts(settings)
    # What the command line and the set-up have loaded would stay for as long as the system runs.
    words = [sys.executable, "-m", "yinqiao.watch", str(model), *(["--demo"] if demo else [])]
    sys.stdout.flush()
    os.execv(sys.executable, words)  # noqa: S606 - our own interpreter with our own arguments
