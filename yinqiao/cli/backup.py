"""`yinqiao backup` and `yinqiao restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

console = Console()
errors = Console(stderr=True)
_APART = (
    "not in it, on purpose: the signing key (var/secrets), models and snapshots "
    "(`yinqiao setup`, `yinqiao kb publish` make them anew)"
)


def back_up(
    file: Annotated[Path, typer.Argument(help="write the backup here, readable by you only")],
) -> None:
    """Write the live store and the records to a file; the system may run meanwhile."""
    from yinqiao.backup.errors import BackupError  # noqa: PLC0415 - opens the records
    from yinqiao.backup.service import back_up as write  # noqa: PLC0415 - the same
    from yinqiao.settings import Settings  # noqa: PLC0415 - the same

    try:
        manifest = write(Settings(), file)
    except (BackupError, OSError) as error:
        _fail(error)
    console.print(f"{manifest.keys} keys, audit head {manifest.head}; {_APART}")


def restore(file: Annotated[Path, typer.Argument(help="a backup")]) -> None:
    """Fill an empty, stopped installation from a backup, and verify its audit chain."""
    from yinqiao.backup.errors import BackupError  # noqa: PLC0415 - opens the records
    from yinqiao.backup.service import restore as read  # noqa: PLC0415 - the same
    from yinqiao.settings import Settings  # noqa: PLC0415 - the same

    try:
        report = read(Settings(), file)
    except (BackupError, OSError) as error:
        _fail(error)
    console.print(f"restored; audit chain of {report.count} records, unbroken")


def _fail(error: Exception) -> NoReturn:
    errors.print(str(error), markup=False)
    raise typer.Exit(1)
