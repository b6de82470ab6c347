"""`yinqiao accounts`: who may work at the desk, where, how much, and with which qualifications.

Every change is in the audit chain, a change of what exists before it is made.
"""

from __future__ import annotations

import asyncio
import getpass
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from handoff.accounts import Account, Accounts, Role, normal
from handoff.errors import BadContent, HandoffError, UnknownGroup
from handoff.qualifications import Qualification
from handoff.routing import Routing
from handoff.supervision import MOST
from yinqiao.accounts import open_accounts
from yinqiao.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

app = typer.Typer(no_args_is_help=True)
console = Console()
errors = Console(stderr=True)
Password = Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)]
Login = Annotated[str, typer.Argument(help="the account")]
Kind = Annotated[str, typer.Argument(help="a qualification of the routing, as fund")]
Limit = Annotated[int, typer.Argument(min=0, max=MOST, help="conversations held at once")]


@app.command(name="list")
def list_() -> None:
    """List the accounts."""
    table = Table("login", "name", "roles", "groups", "limit", "qualifications", "disabled")
    for one in open_accounts(Settings()).all():
        table.add_row(
            *(one.login, one.name, _joined(one.roles), _joined(one.groups), str(one.load_limit)),
            *(_qualifications(one), "yes" if one.disabled else ""),
        )
    console.print(table)


@app.command()
def show(login: Login) -> None:
    """Show an account: roles, groups with their skills, limit, qualifications, and what bars it."""
    with _told():
        routing = Routing.load()
        _, account = _existing(login)
        barred = routing.barred(account, datetime.now().astimezone())
        console.print(f"{account.login}  {account.name}  {_joined(account.roles)}", markup=False)
        for group in sorted(account.groups):
            known = routing.groups.get(group)
            skills = _joined(known.skills) if known else ""
            lacks = f"  not served: no valid qualification {known.requires}" if known else ""
            name = routing.group_name(group)
            line = f"group {group}  {name}  {skills}{lacks if group in barred else ''}"
            console.print(line.rstrip(), markup=False, soft_wrap=True)
        console.print(f"limit {account.load_limit}")
        console.print(f"qualifications {_qualifications(account) or 'none'}", markup=False)


@app.command()
def create(  # noqa: PLR0913, PLR0917 - an account's own fields
    login: str,
    name: str,
    password: Password,
    role: Annotated[list[Role], typer.Option(help="may be given several times")],
    group: Annotated[list[str] | None, typer.Option(help="may be given several times")] = None,
    limit: Annotated[int, typer.Option(min=0, max=MOST)] = 5,
) -> None:
    """Create an account; the password is asked for."""
    with _told():
        groups = _known(group or ())
        open_accounts(Settings()).create(
            login, name, password, role, groups=groups, load_limit=limit
        )
        _record("create", login, roles=sorted(role), groups=groups, limit=limit)
        console.print(f"{login} created")


@app.command()
def password(login: str, password: Password) -> None:
    """Set a new password; running sessions of the account end."""
    with _told():
        accounts, account = _existing(login)
        _record("password", account.login)
        accounts.set_password(login, password)
        console.print(f"{login} has a new password")


@app.command()
def disable(login: str) -> None:
    """Disable an account; its running sessions end."""
    with _told():
        accounts, account = _existing(login)
        _record("disable", account.login)
        accounts.disable(login)
        console.print(f"{login} is disabled")


@app.command()
def groups(
    login: Login,
    group: Annotated[list[str] | None, typer.Argument(help="the groups; none takes all")] = None,
) -> None:
    """Set the groups that an account serves; a running desk has them with its next heartbeat."""
    with _told():
        accounts, account = _existing(login)
        wanted = _known(group or ())
        before = sorted(account.groups)
        _record("groups", account.login, **{"from": before, "to": wanted})
        accounts.change(login, groups=wanted)
        console.print(f"{login} serves {_joined(wanted) or 'no group'}")


@app.command()
def limit(login: Login, conversations: Limit) -> None:
    """Set how many conversations an account may hold at once; those held already stay."""
    with _told():
        accounts, account = _existing(login)
        _record("limit", account.login, **{"from": account.load_limit, "to": conversations})
        accounts.change(login, load_limit=conversations)
        console.print(f"{login} holds at most {conversations}")


@app.command()
def qualify(
    login: Login,
    kind: Kind,
    until: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="the last valid day")],
) -> None:
    """Note a qualification, or a new last valid day of one."""
    with _told():
        accounts, account = _existing(login)
        kinds = Routing.load().qualifications
        if kind not in kinds:
            message = f"there is no qualification {kind!r}; there are {_joined(kinds)}"
            raise BadContent(message)
        new = Qualification(kind, until.date())
        _record("qualify", account.login, kind=kind, until=new.until.isoformat())
        others = {one for one in account.qualifications if one.kind != kind}
        accounts.change(login, qualifications={*others, new})
        console.print(f"{login} has {kind} until {new.until}")


@app.command()
def disqualify(login: Login, kind: Kind) -> None:
    """Take a qualification away."""
    with _told():
        accounts, account = _existing(login)
        _record("disqualify", account.login, kind=kind)
        others = {one for one in account.qualifications if one.kind != kind}
        accounts.change(login, qualifications=others)
        console.print(f"{login} has no {kind}")


def _existing(login: str) -> tuple[Accounts, Account]:
    accounts = open_accounts(Settings())
    return accounts, accounts.get(login)


def _known(groups: Iterable[str]) -> list[str]:
    there = Routing.load().groups
    for group in groups:
        if group not in there:
            message = f"there is no group {group!r}; there are {_joined(there)}"
            raise UnknownGroup(message)
    return sorted(set(groups))


def _record(deed: str, login: str, **data: object) -> None:
    from compliance.recorder import AuditRecorder  # noqa: PLC0415 - opens the records
    from yinqiao.wiring import open_audit  # noqa: PLC0415 - the same

    recorder = AuditRecorder(open_audit(Settings()))
    who = f"operator:{getpass.getuser()}"
    asyncio.run(recorder.record(f"account.{deed}", who, normal(login), data))


def _joined(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))


def _qualifications(account: Account) -> str:
    return _joined(f"{one.kind} until {one.until}" for one in account.qualifications)


@contextmanager
def _told() -> Iterator[None]:
    """Tell in words what was refused, and exit with 1."""
    try:
        yield
    except (HandoffError, ValueError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from error
