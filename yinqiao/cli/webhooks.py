"""`yinqiao webhooks`: what a bank's own systems never took."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from connectors.webhooks.ledger import DeadLetter, Ledger
from connectors.webhooks.receiver import NotTaken
from connectors.webhooks.signature import BadSecret
from conversation.errors import Unavailable
from yinqiao.live_store import open_redis
from yinqiao.settings import Settings
from yinqiao.webhooks import WebhookIncomplete, open_receiver

app = typer.Typer(no_args_is_help=True)
console = Console()
errors = Console(stderr=True)


@app.command()
def dead() -> None:
    """List the dead letters."""
    table = Table("event", "type", "at", "why")
    for letter in _run(_dead(Settings())):
        at = letter.event.at.isoformat(timespec="seconds")
        table.add_row(letter.event.id, letter.event.type, at, letter.why)
    console.print(table)


@app.command()
def resend() -> None:
    """Send all dead letters once more; those that are taken now are removed."""
    left = _run(resend_all(Settings()))
    for letter in left:
        errors.print(f"{letter.event.id}: {letter.why}")
    raise typer.Exit(1 if left else 0)


async def _dead(settings: Settings) -> Sequence[DeadLetter]:
    async with open_redis(settings.store_url) as redis:
        return await Ledger(redis).dead()


async def resend_all(settings: Settings) -> Sequence[DeadLetter]:
    """Send every dead letter; returns those that were not taken. Raises `WebhookIncomplete`."""
    left = []
    async with open_redis(settings.store_url) as redis, open_receiver(settings) as receiver:
        if receiver is None:
            raise WebhookIncomplete
        ledger = Ledger(redis)
        for letter in await ledger.dead():
            try:
                await receiver.call(letter.event)
            except NotTaken:
                left.append(letter)
            else:
                await ledger.remove(letter)
    return left


def _run(work: Coroutine[Any, Any, Sequence[DeadLetter]]) -> Sequence[DeadLetter]:
    try:
        return asyncio.run(work)
    except (WebhookIncomplete, BadSecret, Unavailable) as error:
        errors.print(str(error) or type(error).__doc__, style="red")
        raise typer.Exit(1) from error
