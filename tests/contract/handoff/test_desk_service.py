"""The desk's deeds on the real parts: a real server, the real gate with its real rules."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from redis.asyncio import Redis

from compliance.categories import CategoryFinder
from compliance.gate import ComplianceGate
from compliance.notices import NoticeBook
from compliance.redaction import Redactor
from compliance.wording import Wording
from conversation.approved import Seal
from conversation.conversation import Customer, Handoff, Owner, Reason
from conversation.errors import Blocked, OwnerChanged
from conversation.message import Kind
from conversation.ports import Incoming
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.utterances import Utterances
from handoff.errors import NothingToClaim
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing
from handoff.service import DeskService
from tests.unit.handoff.room import LIN, ZHOU


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
        seal = Seal()
        routing = Routing.load()
        gate = ComplianceGate(
            seal, NoticeBook.load(), CategoryFinder.load(), Wording.load(), Redactor.load()
        )
        self.conversations = RedisConversations(client, seal, Wake(client))
        self.queue = RedisHandoffQueue(client, routing)
        self.at_once = RedisHandoffQueue(client, routing, lease_seconds=0)
        self.desk = DeskService(
            *(self.conversations, RedisTurns(client, "test"), self.queue, gate),
            *(Utterances.load(), Ledger(), routing),
            lambda text: Redactor.load().redact(text).text,
        )

    async def waits(self, name: str) -> str:
        """Let a customer wait for a person; returns the conversation."""
        customer = Customer("web", name)
        accepted = await self.conversations.accept(customer, Incoming(f"{name}-1", "转人工"))
        identifier = accepted.conversation_id
        handoff = Handoff(Reason.HUMAN, "human_request", 0.98, "转人工")
        await self.conversations.request_handoff(identifier, 1, handoff)
        await self.queue.enqueue(await self.conversations.get(identifier))
        return identifier


@pytest.fixture
def house(redis_client: Redis) -> House:
    """Return a house on an empty server."""
    return House(redis_client)


async def test_a_promise_is_blocked_with_words_reason_and_rule(house: House) -> None:
    await house.waits("a")
    identifier = (await house.desk.claim(ZHOU)).id
    before = len(await house.desk.read(identifier))
    said = "这款理财保本保收益"
    with pytest.raises(Blocked) as blocked:
        await house.desk.send(ZHOU, identifier, said)
    for finding in blocked.value.findings:
        assert finding.words == said[slice(*finding.span)] != ""
        assert all((finding.why, finding.rule, finding.source))
    assert len(await house.desk.read(identifier)) == before


async def test_a_sentence_about_a_fund_follows_the_fund_notice(house: House) -> None:
    await house.waits("a")
    identifier = (await house.desk.claim(ZHOU)).id
    said = await house.desk.send(ZHOU, identifier, "这只基金可以在手机银行定投。")
    assert [message.kind for message in said] == [Kind.NOTICE, Kind.TEXT]
    assert said[0].notice is not None
    assert said[0].notice.category == "fund"
    (shown,) = (await house.desk.context(identifier)).facts.shown
    assert (shown.notice, shown.at) == (said[0].notice, said[0].at)
    again = await house.desk.send(ZHOU, identifier, "基金也可以赎回。")
    assert [message.kind for message in again] == [Kind.TEXT]


async def test_agents_who_claim_one_customer_at_once_get_one(house: House) -> None:
    identifier = await house.waits("a")
    results = await asyncio.gather(
        *(house.desk.claim(account, identifier) for account in (ZHOU, LIN, ZHOU, LIN)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, NothingToClaim) for result in results) == 3
    owner = (await house.desk.get(identifier)).agent
    assert [claim.agent for claim in await house.queue.held()] == [owner]


async def test_a_stale_agent_is_refused_after_the_conversation_went_back(house: House) -> None:
    identifier = await house.waits("a")
    await house.desk.claim(ZHOU)
    await house.at_once.renew("zhou")
    assert [claim.agent for claim in await house.desk.reap()] == ["zhou"]
    assert (await house.desk.get(identifier)).owner is Owner.QUEUE
    with pytest.raises(OwnerChanged):
        await house.desk.send(ZHOU, identifier, "您好")
    assert (await house.desk.claim(LIN)).id == identifier
    (said,) = await house.desk.send(LIN, identifier, "您好")
    assert said.sender_name == "林一"


async def test_closing_and_handing_back(house: House) -> None:
    first, second = await house.waits("a"), await house.waits("b")
    await house.desk.claim(ZHOU)
    await house.desk.claim(ZHOU)
    await house.desk.close(ZHOU, first)
    await house.desk.hand_back(ZHOU, second)
    owners = [(await house.desk.get(identifier)).owner for identifier in (first, second)]
    assert owners == [Owner.CLOSED, Owner.BOT]
    assert await house.queue.held() == []
    assert await house.queue.waiting() == []
