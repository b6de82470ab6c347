"""Both implementations of the ports, under one set of names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from conversation.approved import Approved, Author, Seal
from conversation.conversation import Conversation, Customer
from conversation.memory import MemoryConversations
from conversation.message import Draft, Kind, NoticeRef, Sender
from conversation.ports import Conversations
from conversation.redis_store import RedisConversations
from conversation.redis_wake import Wake

SEAL = Seal()
FUND = NoticeRef(id="fund", version="1", category="fund", title="基金风险提示")


@pytest.fixture(params=["memory", "redis", "cluster"])
async def store(
    request: pytest.FixtureRequest, redis_client: Redis
) -> AsyncIterator[Conversations]:
    """Yield each store; leases are short so that a lost one can be seen."""
    if request.param == "memory":
        yield MemoryConversations(SEAL, lease_seconds=0.2, mailbox_limit=20)
        return
    wake = Wake(redis_client)
    listening = asyncio.create_task(wake.run())
    yield RedisConversations(redis_client, SEAL, wake, lease_seconds=0.2, mailbox_limit=20)
    await ended(listening)


async def ended(task: asyncio.Task[None]) -> None:
    """End a task; the client's library may lose a cancellation on 3.11, so it is repeated."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.2)


@pytest.fixture
def customer() -> Customer:
    """Return a web visitor."""
    return Customer("web", "visitor-1", {"name": "访客"})


def said(
    conversation: Conversation,
    text: str,
    *,
    sender: Sender = Sender.BOT,
    author: str = "",
    requires: tuple[NoticeRef, ...] = (),
    lead: tuple[NoticeRef, ...] = (),
) -> Approved:
    """Return what a gate would: the leading notices, then the text."""
    notices = tuple(Draft(f"提示:{n.id}", kind=Kind.NOTICE, notice=n) for n in lead)
    return Approved(
        conversation.id,
        Author(sender, conversation.epoch, author, author),
        (*notices, Draft(text)),
        requires,
        seal=SEAL,
    )
