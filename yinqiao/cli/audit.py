"""`yinqiao audit`: the chain of what was said and done."""

from __future__ import annotations

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True)
console = Console()


@app.callback()
def audit() -> None:
    """The audit chain."""


@app.command()
def verify() -> None:
    """Check every link of the chain; exit status 1 and the first broken link if one is."""
    from yinqiao.settings import Settings  # noqa: PLC0415 - opens the records
    from yinqiao.wiring import open_audit  # noqa: PLC0415 - the same

    report = open_audit(Settings()).verify()
    if report.broken is not None:
        console.print(f"[red]broken at record {report.broken}[/red] of {report.count}")
        raise typer.Exit(1)
    console.print(f"{report.count} records, unbroken")
