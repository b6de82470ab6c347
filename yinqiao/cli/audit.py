"""`yinqiao audit`: the chain of what was said and done."""

from __future__ import annotations

import getpass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True)
console = Console()
errors = Console(stderr=True)
_ZONE = ZoneInfo("Asia/Shanghai")


class Form(StrEnum):
    """How evidence is written."""

    CSV = "csv"
    HTML = "html"


@app.callback()
def audit() -> None:
    """The audit chain."""


@app.command()
def verify(
    head: Annotated[
        str,
        typer.Option(help="SEQ:HASH of an earlier report: the chain must still lead through it"),
    ] = "",
) -> None:
    """Check every link of the chain; exit status 1 and the first broken link if one is."""
    from compliance.audit import Head  # noqa: PLC0415 - opens the records
    from yinqiao.settings import Settings  # noqa: PLC0415 - the same
    from yinqiao.wiring import open_audit  # noqa: PLC0415 - the same

    seq, _, digest = head.partition(":")
    if head and not (seq.isdigit() and digest):
        raise typer.BadParameter("SEQ:HASH, as a report states it", param_hint="--head")
    noted = Head(int(seq), digest) if head else None
    report = open_audit(Settings()).verify(noted=noted)
    if report.broken is not None:
        console.print(f"[red]broken at record {report.broken}[/red] of {report.count}")
        raise typer.Exit(1)
    console.print(f"{report.count} records, unbroken")


@app.command()
def export(  # noqa: PLR0913 - the options of one command
    *,
    output: Annotated[Path, typer.Option(help="write the evidence here")],
    conversation: Annotated[str, typer.Option(help="the conversation's id")] = "",
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"])] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="the last day, included")
    ] = None,
    form: Annotated[Form, typer.Option("--format")] = Form.HTML,
    by: Annotated[str, typer.Option(help="who takes it, for the audit chain")] = "",
) -> None:
    """Write the evidence of a conversation or of a period of days (Beijing time) to a file."""
    from compliance.evidence import Scope  # noqa: PLC0415 - opens the records
    from yinqiao.retention.evidence import write_evidence  # noqa: PLC0415 - the same
    from yinqiao.settings import Settings  # noqa: PLC0415 - the same

    if bool(conversation) == bool(start or end):
        raise typer.BadParameter("either --conversation or --from and --to")
    until = end + timedelta(days=1) if end else None
    scope = Scope(conversation, _day(start), _day(until))
    who = f"operator:{by or getpass.getuser()}"
    dossier = write_evidence(Settings(), scope, form.value, output, who)
    report = dossier.report
    whole = "unbroken" if report.broken is None else f"broken at record {report.broken}"
    console.print(
        f"{len(dossier.evidence)} facts; chain {whole}, head {dossier.head.seq}:{dossier.head.hash}"
    )


def _day(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=_ZONE) if at else None
