"""A master of the live store's cluster dies: nothing that was acknowledged is lost.

The policy is decision 0032: a step is acknowledged when a replica has it, too (`WAIT`).
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import pytest
from redis.asyncio import Redis

from connectors.ingress import Ingress
from conversation.approved import Author, Seal
from conversation.conversation import Conversation, Customer, Owner
from conversation.errors import StoreUnavailable, Unavailable
from conversation.message import Sender
from conversation.ports import Accepted, Incoming
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.settle import Settler
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing
from tests.conftest import free_port
from tests.unit.conversation.doubles import EchoBot, ListRecorder, OpenGate, WordLexicon
from tests.valkey_cluster import Cluster, running_cluster
from yinqiao.live_store import open_redis
from yinqiao.wiring import background

_CUSTOMERS = [Customer("web", f"visitor-{n}") for n in range(12)]
_TEXTS = [f"第{n}句" for n in range(6)] + ["我要投诉"]
_GROUPS = ("general", "complaints", "fraud")
_SOON = 180.0
_PAUSE = 0.05


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Start a cluster that soon takes a silent node for dead."""
    with running_cluster(free_port, node_timeout=2000) as cluster:
        yield cluster


@dataclass
class Bank:
    """What answers customers, on one client."""

    client: Redis
    seal: Seal = field(default_factory=Seal)

    def __post_init__(self) -> None:
        """Wire it as the system does, with a bot that repeats what it hears."""
        self.wake = Wake(self.client)
        self.conversations = RedisConversations(
            self.client, self.seal, self.wake, lease_seconds=2, replicas=1
        )
        self.turns = RedisTurns(self.client, "worker", lease_seconds=2, replicas=1)
        self.queue = RedisHandoffQueue(self.client, Routing.load(), replicas=1)
        gate, words = OpenGate(self.seal), Utterances.load()
        parts = (self.conversations, self.turns)
        self.worker = TurnWorker(
            *parts,
            TurnHandler(*parts, EchoBot(), gate, WordLexicon(), words),
            Settler(*parts, gate, self.queue, ListRecorder(), words),
        )
        self.ingress = Ingress(*parts, lambda text: text)


@pytest.fixture
async def bank(cluster: Cluster) -> AsyncIterator[Bank]:
    async with open_redis(cluster.url) as client:
        yield Bank(client)


_T = TypeVar("_T")


async def insist(step: Callable[[], Awaitable[_T]]) -> _T:
    """Repeat a step until it is acknowledged, as a channel does."""
    async with asyncio.timeout(_SOON):
        while True:
            try:
                return await step()
            except Unavailable:
                await asyncio.sleep(_PAUSE)


async def talk(bank: Bank, customer: Customer, said: Callable[[], None]) -> None:
    for number, text in enumerate(_TEXTS):
        await insist(partial(bank.ingress.accept, customer, f"m{number}", text))
        said()


async def queued(bank: Bank, customer: Customer) -> Conversation:
    """Return the customer's conversation once it waits for a person."""
    async with asyncio.timeout(_SOON):
        while True:
            now = await insist(lambda: bank.conversations.current(customer))
            if now and now.owner is Owner.QUEUE and now.enqueued:
                return now
            await asyncio.sleep(_PAUSE)


async def told(bank: Bank, name: str, sender: Sender) -> list[str]:
    log = await bank.conversations.log(name)
    return [message.text for message in log if message.sender is sender and message.for_customer]


@pytest.mark.parametrize("key", ["yq:{handoff}", "yq:{turns:0}:stream"])
async def test_what_was_acknowledged_outlives_its_master(
    cluster: Cluster, bank: Bank, key: str
) -> None:
    master = cluster.master_of(key)
    count, busy = 0, asyncio.Event()

    def said() -> None:
        nonlocal count
        count += 1
        if count > 2 * len(_CUSTOMERS):
            busy.set()

    async def kill() -> None:
        await busy.wait()
        await asyncio.to_thread(cluster.fail_over, master)

    async with background(bank.wake.run(), bank.worker.run()):
        async with asyncio.timeout(_SOON):
            await asyncio.gather(kill(), *(talk(bank, one, said) for one in _CUSTOMERS))
        waiting = [await queued(bank, customer) for customer in _CUSTOMERS]
    assert cluster.replica_of(master).has_role("master")
    for conversation in waiting:
        assert await told(bank, conversation.id, Sender.CUSTOMER) == _TEXTS
        answers = [f"答：{text}" for text in _TEXTS]
        assert await told(bank, conversation.id, Sender.BOT) == answers
    fences = []
    for _ in waiting:
        claim = await bank.queue.claim("zhou", _GROUPS, len(waiting))
        assert claim
        fences.append(claim.fence)
        agent = Author(Sender.AGENT, 0, "zhou", "周晓")
        await bank.conversations.take_over(claim.conversation_id, agent, claim.fence)
    assert fences == sorted(set(fences))
    assert {claim.conversation_id for claim in await bank.queue.held()} == {
        conversation.id for conversation in waiting
    }


async def test_what_no_replica_has_is_not_acknowledged(cluster: Cluster, bank: Bank) -> None:
    customer = _CUSTOMERS[0]

    async def accept() -> Accepted:
        return await bank.conversations.accept(customer, Incoming("m1", "卡丢了"))

    await insist(lambda: bank.conversations.open(customer))
    master = cluster.master_of(f"yq:{{{customer.key}}}:customer")
    replica = cluster.replica_of(master)
    replica.process.send_signal(signal.SIGSTOP)
    with pytest.raises(StoreUnavailable):
        await accept()
    with pytest.raises(StoreUnavailable):
        await accept()  # that it is there already is no acknowledgement
    cluster.nodes[master].process.send_signal(signal.SIGKILL)
    replica.process.send_signal(signal.SIGCONT)
    cluster.fail_over(master)
    accepted = await insist(accept)
    assert replica.has_role("master")
    assert await told(bank, accepted.conversation_id, Sender.CUSTOMER) == ["卡丢了"]
