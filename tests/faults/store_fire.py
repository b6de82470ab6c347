"""The live store killed while it is written to: `python -m tests.faults.store_fire`."""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import typer

from conversation.approved import Seal
from conversation.conversation import Customer
from conversation.errors import Unavailable
from conversation.message import Sender
from conversation.ports import Incoming
from conversation.redis_store import RedisConversations
from conversation.redis_wake import Wake
from tests.conftest import free_port
from tests.faults.house import valkey
from tests.faults.running import Running, end_all
from yinqiao.live_store import open_redis

_AWAY = 0.02


@dataclass(slots=True)
class StoreRun:
    """Writers that repeat what was not acknowledged, and a killer of the store."""

    folder: Path
    fsync: str
    kills: int
    seed: int
    writers: int = 32
    port: int = field(default_factory=free_port)
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    """The client's ids, in the order in which they were acknowledged."""
    seconds: float = 0.0
    """In which messages were acknowledged."""
    lost: int = 0
    disordered: int = 0
    """Writers of whose messages one stands twice, or before an earlier one."""
    _over: bool = False

    async def run(self) -> None:
        """Run until all kills are done, then compare."""
        running = await valkey(self.folder, self.port, self.fsync)
        try:
            client = open_redis(f"redis://127.0.0.1:{self.port}/0")
            store = RedisConversations(client, Seal(), Wake(client), mailbox_limit=10**6)
            async with asyncio.TaskGroup() as group:
                for number in range(self.writers):
                    group.create_task(self._write(store, f"writer-{number}"))
                await self._kill(running)
            for writer, said in self.acknowledged.items():
                await self._look(store, writer, said)
            await client.aclose()
        finally:
            await end_all()

    async def _write(self, store: RedisConversations, writer: str) -> None:
        said = self.acknowledged.setdefault(writer, [])
        customer = Customer("web", writer)
        while not self._over:
            incoming = Incoming(uuid4().hex, "你好")
            while not await self._accepted(store, customer, incoming):  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(_AWAY)
            said.append(incoming.client_id)

    @staticmethod
    async def _accepted(store: RedisConversations, customer: Customer, incoming: Incoming) -> bool:
        try:
            await store.accept(customer, incoming)
        except Unavailable:
            return False
        return True

    async def _kill(self, running: Running) -> None:
        chance = random.Random(self.seed)  # noqa: S311 - repeatable, nothing secret
        for _ in range(self.kills):
            began, before = time.monotonic(), self.count
            # Any moment of the second in which the file is synchronised.
            wanted = before + chance.randint(50, 1500)
            while self.count < wanted:  # noqa: ASYNC110 - counting must not slow the writers
                await asyncio.sleep(0.001)
            await running.kill()
            self.seconds += time.monotonic() - began
            running = await valkey(self.folder, self.port, self.fsync)
        self._over = True

    @property
    def count(self) -> int:
        """How many messages were acknowledged so far."""
        return sum(map(len, self.acknowledged.values()))

    async def _look(self, store: RedisConversations, writer: str, said: list[str]) -> None:
        current = await store.current(Customer("web", writer))
        log = await store.log(current.id, limit=10**6) if current else []
        held = [m.client_id for m in log if m.sender is Sender.CUSTOMER]
        known = set(held)
        kept = [one for one in said if one in known]
        self.lost += len(said) - len(kept)
        self.disordered += held != kept

    def __str__(self) -> str:
        """Return one line for a table."""
        return (
            f"{self.fsync}: seed {self.seed}, {self.kills} kills, {self.count} acknowledged at "
            f"{self.count / self.seconds:.0f}/s, lost {self.lost}, disordered {self.disordered}"
        )


def main() -> int:
    """Measure both ways of synchronising."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = parser.parse_args()
    kept = True
    for fsync in ("always", "everysec"):
        with tempfile.TemporaryDirectory() as folder:
            run = StoreRun(Path(folder), fsync, given.kills, given.seed)
            asyncio.run(run.run())
        typer.echo(run)
        # Nothing is promised for `everysec`.
        kept &= fsync != "always" or not (run.lost or run.disordered)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
