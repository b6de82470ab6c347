"""`yinqiao accounts`: who may work at the desk."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from handoff.accounts import Role
from handoff.errors import HandoffError
from yinqiao.accounts import open_accounts
from yinqiao.settings import Settings

app = typer.Typer(no_args_is_help=True)
console = Console()
errors = Console(stderr=True)
Password = Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)]


@app.command(name="list")
def list_() -> None:
    """List the accounts."""
    table = Table("login", "name", "roles", "groups", "disabled")
    for account in open_accounts(Settings()).all():
        roles = ", ".join(sorted(account.roles))
        groups = ", ".join(sorted(account.groups))
        table.add_row(account.login, account.name, roles, groups, "yes" if account.disabled else "")
    console.print(table)


@app.command()
def create(
    login: str,
    name: str,
    password: Password,
    role: Annotated[list[Role], typer.Option(help="may be given several times")],
    group: Annotated[list[str] | None, typer.Option(help="may be given several times")] = None,
) -> None:
    """Create an account; the password is asked for."""
    try:
        open_accounts(Settings()).create(login, name, password, role, groups=group or ())
    except (HandoffError, ValueError) as error:
        _fail(error)
    console.print(f"{login} created")


@app.command()
def password(login: str, password: Password) -> None:
    """Set a new password; running sessions of the account end."""
    try:
        open_accounts(Settings()).set_password(login, password)
    except HandoffError as error:
        _fail(error)
    console.print(f"{login} has a new password")


@app.command()
def disable(login: str) -> None:
    """Disable an account; its running sessions end."""
    try:
        open_accounts(Settings()).disable(login)
    except HandoffError as error:
        _fail(error)
    console.print(f"{login} is disabled")


def _fail(error: Exception) -> None:
    errors.print(str(error), markup=False)
    raise typer.Exit(1)
