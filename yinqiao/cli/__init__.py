"""The command line. Each command's work lies beside it; here it only gets its name."""

from __future__ import annotations

import asyncio
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from connectors.web.tokens import Tokens
from yinqiao.asking import Asker, Refused
from yinqiao.cli import accounts, audit, backup, compliance, data, kb, vault, webhooks
from yinqiao.cli.chat import chat as talk
from yinqiao.cli.doctor import doctor as examine
from yinqiao.cli.doctor import wrong_settings
from yinqiao.cli.running import bring_up, set_up
from yinqiao.logs import configure_logs
from yinqiao.serving import SERVERS
from yinqiao.settings import Settings
from yinqiao.settings_table import describe
from yinqiao.web_client import GatewayUnreachable

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
app.add_typer(kb.app, name="kb", help="The knowledge base.")
app.add_typer(compliance.app, name="compliance", help="The gate's own checks.")
app.add_typer(audit.app, name="audit", help="The audit chain.")
app.add_typer(data.app, name="data", help="Customers' rights, legal holds, retention.")
app.add_typer(accounts.app, name="accounts", help="Staff accounts.")
app.add_typer(webhooks.app, name="webhooks", help="Events for the bank's own systems.")
for deed in (vault.masked, vault.unmask, vault.renew_key):
    data.app.command()(deed)
app.command(name="backup")(backup.back_up)
app.command(name="restore")(backup.restore)


class Scene(StrEnum):
    """What `yinqiao demo` can play."""

    WECHAT = "wechat"


console = Console()
errors = Console(stderr=True)
_NOT_RUNNING = "网关没有响应：{url}。请先运行 `yinqiao up`。"


@app.command()
def setup() -> None:
    """Build everything that the system needs; what exists already is kept."""
    set_up(Settings(), console)


@app.command()
def up() -> None:
    """Start everything, watch it, and stop it on Ctrl-C."""
    bring_up(Settings(), console, demo=False)


@app.command()
def demo(
    scene: Annotated[Scene | None, typer.Argument(help="play a scene, then stop")] = None,
) -> None:
    """Set up, make the demo accounts, start everything, print the addresses."""
    from yinqiao.cli.demo_wechat import demo_wechat  # noqa: PLC0415 - loads the whole system

    settings = Settings()
    set_up(settings, console)
    if scene is Scene.WECHAT:
        demo_wechat(console)
        return
    bring_up(settings, console, demo=True)


@app.command()
def serve(name: Annotated[str, typer.Argument(help=" | ".join(SERVERS))]) -> None:
    """Run one process of the system in the foreground."""
    if name not in SERVERS:
        raise typer.BadParameter(f"one of {', '.join(SERVERS)}")
    settings = Settings()
    configure_logs(settings, name)
    SERVERS[name](settings)


@app.command()
def chat() -> None:
    """Talk to the running system in the terminal."""
    settings = Settings()
    try:
        asyncio.run(talk(settings.gateway_url, Tokens(settings.secret()), console))
    except KeyboardInterrupt:
        raise typer.Exit from None


@app.command()
def ask(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
    conversation: Annotated[
        bool, typer.Option("--conversation", help="all lines in one conversation")
    ] = False,
) -> None:
    """Ask the running system one utterance a line from standard input."""
    settings = Settings()
    asker = Asker(settings.gateway_url, Tokens(settings.secret()))

    async def run() -> None:
        texts = (line.strip() for line in sys.stdin if line.strip())
        async for outcome in asker.each(texts, one_conversation=conversation):
            row = outcome.row()
            if as_json:
                print(json.dumps(row, ensure_ascii=False), flush=True)  # noqa: T201 - the output
            else:
                console.print(f"[dim]{row['route']}[/dim] {row['text']}")
                for reply in row["replies"]:
                    console.print(f"  {reply['text']}", markup=False)

    try:
        asyncio.run(run())
    except GatewayUnreachable:
        errors.print(_NOT_RUNNING.format(url=settings.gateway_url))
        raise typer.Exit(1) from None
    except Refused as error:
        errors.print(str(error))
        raise typer.Exit(1) from None


@app.command()
def evaluate(
    cases: Annotated[
        Path | None, typer.Option(help="a .jsonl file or a folder; default: nlu_data/held_out")
    ] = None,
    *,
    stock: Annotated[
        bool, typer.Option("--stock", help="train Rasa's stock Chinese pipeline beside it")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="write docs/evaluation.md")] = False,
) -> None:
    """Measure the routing of held-out utterances by the running system."""
    from yinqiao.cli.evaluate import evaluate as measure  # noqa: PLC0415 - loads matplotlib
    from yinqiao.evaluation.cases import HELD_OUT  # noqa: PLC0415 - the same
    from yinqiao.setup import SetupFailed  # noqa: PLC0415 - the same

    settings = Settings()
    try:
        measure(settings, console, cases or HELD_OUT, stock=stock, write=write)
    except GatewayUnreachable:
        errors.print(_NOT_RUNNING.format(url=settings.gateway_url))
        raise typer.Exit(1) from None
    except (Refused, SetupFailed, OSError, ValueError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(1) from None


@app.command()
def doctor() -> None:
    """Look for what is wrong with this installation and say what to do."""
    try:
        found = Settings()
    except ValidationError as error:
        for wrong in wrong_settings(error):
            console.print(f"✗ {wrong}", markup=False)
        raise typer.Exit(1) from None
    raise typer.Exit(examine(found, console))


@app.command()
def settings(out: Annotated[Path | None, typer.Option(help="write the table here")] = None) -> None:
    """Print the table of all settings."""
    table = describe()
    if out:
        out.write_text(table, "utf-8")
    else:
        print(table)  # noqa: T201 - the output
