"""`yinqiao data masked|unmask|renew-key`: sealed copies of masked values, for authorised persons.

Whoever may log in to the machine is taken for one; the chain says who it was, and why.
"""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from compliance.vault.unmasking import Unmasking

console = Console()
errors = Console(stderr=True)
_Answer = TypeVar("_Answer")

Conversation = Annotated[str, typer.Option(help="a conversation's id")]
By = Annotated[str, typer.Option(help="who does it, for the audit chain")]


def masked(conversation: Conversation) -> None:
    """List which masked values of a conversation could be shown, and not what they are."""
    table = Table("message", "kind", "since")
    for one in _with_vault(lambda unmasking: unmasking.vault.kept(conversation)):
        table.add_row(one.message, one.kind, f"{one.at:%Y-%m-%d %H:%M}")
    console.print(table)


def unmask(
    conversation: Conversation,
    message: Annotated[str, typer.Option(help="a message's id, as `masked` lists it")],
    reason: Annotated[str, typer.Option(help="why, for the audit chain")],
    by: By = "",
) -> None:
    """Show what was masked in one message; it is recorded first."""
    if not reason.strip():
        raise typer.BadParameter("a reason is needed")
    taken = _with_vault(
        lambda unmasking: asyncio.run(unmasking.unmask(conversation, message, _who(by), reason))
    )
    table = Table("kind", "value")
    for one in taken:
        table.add_row(one.kind, one.value)
    console.print(table)


def renew_key(by: By = "") -> None:
    """Make a new key and seal every copy anew; the key before stays readable until the next."""
    count = _with_vault(lambda unmasking: asyncio.run(unmasking.renew_key(_who(by))))
    console.print(f"{count} copies are sealed with a new key")


def _with_vault(deed: Callable[[Unmasking], _Answer]) -> _Answer:
    from compliance.audit_store import AuditStore  # noqa: PLC0415 - opens the stores
    from compliance.errors import ComplianceError  # noqa: PLC0415 - the same
    from compliance.recorder import AuditRecorder  # noqa: PLC0415 - the same
    from yinqiao.records import open_records  # noqa: PLC0415 - the same
    from yinqiao.settings import Settings  # noqa: PLC0415 - the same
    from yinqiao.vault import unmasking  # noqa: PLC0415 - the same

    settings = Settings()
    records = open_records(settings)
    try:
        return deed(unmasking(settings, records, AuditRecorder(AuditStore(records))))
    except ComplianceError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from None
    finally:
        records.dispose()


def _who(by: str) -> str:
    return f"operator:{by or getpass.getuser()}"
