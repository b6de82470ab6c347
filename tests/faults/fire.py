"""Many customers, many kills, one verdict: `python -m tests.faults.fire` (`make fire`)."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import jwt
import typer
from redis.asyncio import Redis

from connectors.web.tokens import CHANNEL
from conversation.approved import Seal
from conversation.conversation import Customer as Known
from conversation.conversation import split_id
from conversation.message import Kind
from conversation.redis_store import RedisConversations
from conversation.redis_wake import Wake
from tests.faults.customer import Customer
from tests.faults.journal import Findings, Journal, look
from tests.faults.killer import Killer
from tests.running import System, running_system

VICTIMS = ("gateway", "worker", "rasa", "actions", "desk")
QUESTIONS = (
    "怎么挂失银行卡",
    "转账限额是多少",
    "你好",
    "怎么修改手机银行密码",
    "信用卡年费怎么收",
    "谢谢",
)
"""What the bot answers by itself: who is handed over is handed over because of the kills."""
_LONGEST_BURST = 3
_GRACE = 240
"""Seconds for what was said to be answered, and to be read again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what; the seed decides the words, the bursts and the moments."""

    messages: int = 200
    kills: int = 5
    customers: int = 16
    seed: int = field(default_factory=lambda: secrets.randbelow(10**6))
    minutes: float = 8.0
    """After these nobody says anything more: a run ends by itself, whatever happens."""

    def talks(self) -> list[list[list[str]]]:
        """Return what each customer says, burst by burst; together at least `messages`."""
        chance = random.Random(self.seed)  # noqa: S311 - repeatable, nothing secret
        share = -(-self.messages // self.customers)
        talks = []
        for _ in range(self.customers):
            left, talk = share, list[list[str]]()
            while left:
                length = min(left, chance.randint(1, _LONGEST_BURST))
                talk.append([chance.choice(QUESTIONS) for _ in range(length)])
                left -= length
            talks.append(talk)
        return talks


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run."""

    plan: Plan
    findings: Findings
    killed: Counter[str]
    seconds: float
    refused: Counter[int]

    def __str__(self) -> str:
        """Return the lines that are printed."""
        kills = ", ".join(f"{name} {count}" for name, count in sorted(self.killed.items()))
        refused = ", ".join(f"{status}: {n}" for status, n in sorted(self.refused.items()))
        return (
            f"seed {self.plan.seed}, {self.plan.customers} customers, {self.seconds:.0f} s\n"
            f"killed {self.killed.total()}: {kills}\n"
            f"refused and repeated: {refused or 'none'}\n"
            f"{self.findings}"
        )


async def fire(system: System, plan: Plan, victims: Sequence[str] = VICTIMS) -> Result:
    """Let customers talk while the victims die; raises TimeoutError when they hang."""
    began = time.monotonic()
    killer = Killer(plan.seed, plan.messages, victims, plan.kills, lambda name: _kill(system, name))
    limits = httpx.Limits(max_connections=plan.customers)
    async with (
        asyncio.timeout(plan.minutes * 60 + _GRACE),
        httpx.AsyncClient(timeout=5, trust_env=False, limits=limits) as http,
    ):
        customers = [Customer(system.gateway, http, killer.count) for _ in range(plan.customers)]
        killing = asyncio.create_task(killer.run())
        try:
            async with asyncio.TaskGroup() as group:
                for customer, talk in zip(customers, plan.talks(), strict=True):
                    group.create_task(_visit(customer, talk, began + plan.minutes * 60))
        finally:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
        store = store_of(system)
        journals = [
            (customer.journal, await customer.history(), await turns_of(store, customer.journal))
            for customer in customers
        ]
    refused = Counter(status for customer in customers for status in customer.statuses)
    return Result(plan, look(journals), killer.killed, time.monotonic() - began, refused)


async def _visit(customer: Customer, talk: Sequence[Sequence[str]], until: float) -> None:
    await customer.arrive()
    await customer.talk(itertools.takewhile(lambda _: time.monotonic() < until, talk))


def _kill(system: System, name: str) -> bool:
    process = system.process(name)
    if process is None:
        return False
    process.kill()
    process.wait()
    return True


def store_of(system: System) -> str:
    """Return the URL of a system's live store."""
    return f"redis://127.0.0.1:{system.environment['YINQIAO_VALKEY_PORT']}/0"


async def turns_of(url: str, journal: Journal) -> Counter[str]:
    """Count the turns that each message had, from the log itself."""
    visitor = jwt.decode(journal.visitor, options={"verify_signature": False})["sub"]
    async with Redis.from_url(url, decode_responses=True) as client:
        store = RedisConversations(client, Seal(), Wake(client))
        current = await store.current(Known(CHANNEL, visitor))
        assert current
        log = await store.log(current.id, limit=100_000)
    number = split_id(current.id)[1]
    return Counter(f"{number}:{m.reply_to}" for m in log if m.kind is Kind.TURN)


def main() -> int:
    """Run at full size and print the verdict; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--customers", type=int, default=64)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--minutes", type=float, default=60.0)
    plan = Plan(**vars(parser.parse_args()))
    typer.echo(f"seed {plan.seed}")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_system(Path(folder), worker_in_gateway="false") as system,
    ):
        result = asyncio.run(fire(system, plan))
    typer.echo(result)
    for line in (*result.findings.lost, *result.findings.doubled, *result.findings.inverted):
        typer.echo(line)
    return 1 if result.findings else 0


if __name__ == "__main__":
    sys.exit(main())
