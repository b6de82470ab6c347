"""The desk on real parts: a real server, the real gate with its real rules."""

from __future__ import annotations

from collections.abc import Mapping

from redis.asyncio import Redis

from compliance.categories import CategoryFinder
from compliance.gate import ComplianceGate
from compliance.notices import NoticeBook
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.approved import Seal
from conversation.conversation import Customer, Handoff, Reason
from conversation.ports import Incoming
from conversation.redis_signals import RedisSignals
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.utterances import Utterances
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing
from handoff.service import DeskService


class Ledger:
    """An audit trail that keeps the kinds."""

    def __init__(self) -> None:
        """Start empty."""
        self.kinds: list[str] = []

    async def record(self, kind: str, actor: str, subject: str, data: Mapping[str, object]) -> None:
        """Note a record."""
        assert actor
        assert subject
        assert isinstance(data, Mapping)
        self.kinds.append(kind)


class House:
    """Everything behind the desk, on one server."""

    def __init__(self, client: Redis) -> None:
        """Wire the desk as the system does."""
        self.client = client
        seal = Seal()
        routing = Routing.load()
        self.gate = ComplianceGate(
            seal, NoticeBook.load(), CategoryFinder.load(), Wording.load(), Redactor.load()
        )
        self.conversations = RedisConversations(client, seal, Wake(client))
        self.queue = RedisHandoffQueue(client, routing)
        self.at_once = RedisHandoffQueue(client, routing, lease_seconds=0)
        self.turns = RedisTurns(client, "test")
        self.desk = DeskService(
            *(self.conversations, self.turns, self.queue, self.gate),
            *(Utterances.load(), Ledger(), routing, RedisSignals(client)),
            lambda text: Redactor.load().redact(text).text,
        )

    async def waits(self, name: str, said: str = "转人工") -> str:
        """Let a customer wait for a person; returns the conversation."""
        customer = Customer("web", name)
        accepted = await self.conversations.accept(customer, Incoming(f"{name}-1", said))
        identifier = accepted.conversation_id
        handoff = Handoff(Reason.HUMAN, "human_request", 0.98, said)
        await self.conversations.request_handoff(identifier, 1, handoff)
        await self.queue.enqueue(await self.conversations.get(identifier))
        return identifier
