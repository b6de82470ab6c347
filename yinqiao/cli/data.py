"""`yinqiao data`: what is held about a customer, given out, deleted, held back, ended in time."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from conversation.conversation import conversation_id, split_id

if TYPE_CHECKING:
    from compliance.rights.holder import Tally
    from compliance.rights.service import Rights

app = typer.Typer(no_args_is_help=True)
console = Console()
errors = Console(stderr=True)
_Answer = TypeVar("_Answer")

Customer = Annotated[str, typer.Option(help="the customer's key: a conversation's id up to the -")]
Conversation = Annotated[str, typer.Option(help="a conversation's id")]
By = Annotated[str, typer.Option(help="who does it, for the audit chain")]
Reason = Annotated[str, typer.Option(help="why, for the audit chain")]


@app.command()
def export(
    customer: Customer,
    output: Annotated[Path, typer.Option(help="write a zip here: a page to read, and JSON")],
    by: By = "",
) -> None:
    """Write everything that is held about a customer to a file."""
    from compliance.rights.bundle import RightsWords, write_bundle  # noqa: PLC0415 - only here

    key = _customer(customer)
    parts = _with_rights(lambda rights: rights.export(key, _who(by)))
    with output.open("wb") as out:
        write_bundle(parts, RightsWords.load(), out)
    counts = ", ".join(f"{name} {len(records)}" for name, records in parts.items() if records)
    console.print(f"{output}: {counts or 'nothing is held'}")


@app.command()
def delete(customer: Customer, reason: Reason, by: By = "") -> None:
    """Delete what may be deleted about a customer; what the law keeps becomes stored only."""
    key = _customer(customer)
    _print(_with_rights(lambda rights: rights.delete(key, _who(by), reason)))


@app.command()
def hold(
    reason: Reason, customer: Customer = "", conversation: Conversation = "", by: By = ""
) -> None:
    """Forbid to delete anything of a customer, or one conversation, until it is released."""
    subject = _subject(customer, conversation)
    _with_rights(lambda rights: rights.hold(subject, _who(by), reason))
    console.print(f"{subject} is on hold")


@app.command()
def release(
    reason: Reason, customer: Customer = "", conversation: Conversation = "", by: By = ""
) -> None:
    """Take a hold off."""
    subject = _subject(customer, conversation)
    held = _with_rights(lambda rights: rights.release(subject, _who(by), reason))
    console.print(f"{subject} is released; it was on hold since {held.since:%Y-%m-%d}")


@app.command()
def holds() -> None:
    """List what is on hold."""

    async def all_holds(rights: Rights) -> Table:
        table = Table("subject", "since", "by", "why")
        for one in await asyncio.to_thread(rights.holds.all):
            table.add_row(one.subject, f"{one.since:%Y-%m-%d}", one.by, one.why)
        return table

    console.print(_with_rights(all_holds))


@app.command()
def purge(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only tell what would go")] = False,
    by: By = "",
) -> None:
    """Delete whatever has had its term, as the running system does every day."""
    _print(_with_rights(lambda rights: rights.purge(_who(by), dry_run=dry_run)))
    if dry_run:
        console.print("nothing was deleted")


def _with_rights(deed: Callable[[Rights], Awaitable[_Answer]]) -> _Answer:
    from compliance.errors import ComplianceError  # noqa: PLC0415 - opens the stores
    from conversation.errors import Unavailable  # noqa: PLC0415 - the same
    from yinqiao.retention.room import open_rights  # noqa: PLC0415 - the same
    from yinqiao.settings import Settings  # noqa: PLC0415 - the same

    async def run() -> _Answer:
        async with open_rights(Settings()) as rights:
            return await deed(rights)

    try:
        return asyncio.run(run())
    except (ComplianceError, Unavailable) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from None


def _print(tallies: Sequence[Tally]) -> None:
    table = Table("kept by", "deleted", "stored only", "on hold")
    for one in tallies:
        table.add_row(one.holder, str(one.deleted), str(one.restricted), str(one.held))
    console.print(table)


def _who(by: str) -> str:
    """Whoever may log in to the machine may do anything; the chain at least says who it was."""
    return f"operator:{by or getpass.getuser()}"


def _customer(key: str) -> str:
    try:
        split_id(conversation_id(key, 1))
    except ValueError:
        raise typer.BadParameter("16 hex digits, as in a conversation's id") from None
    return key


def _subject(customer: str, conversation: str) -> str:
    if bool(customer) == bool(conversation):
        raise typer.BadParameter("either --customer or --conversation")
    if customer:
        return _customer(customer)
    try:
        split_id(conversation)
    except ValueError:
        raise typer.BadParameter("a conversation's id") from None
    return conversation
