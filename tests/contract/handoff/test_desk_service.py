"""The desk's deeds on the real parts: a real server, the real gate with its real rules."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from conversation.conversation import Owner
from conversation.errors import Blocked, OwnerChanged
from conversation.message import Kind
from handoff.errors import NothingToClaim
from handoff.expiry import Expiry
from handoff.redis_requests import RedisRequests
from handoff.releases import Releases
from tests.contract.handoff.house import House
from tests.unit.handoff.room import GU, LIN, ZHOU


@pytest.fixture(params=["redis", "cluster"])
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


async def test_a_released_sentence_still_follows_its_notice(house: House) -> None:
    await house.waits("a")
    identifier = (await house.desk.claim(ZHOU)).id
    said = "全国最好的基金就是我们家这款。"
    with pytest.raises(Blocked) as blocked:
        await house.desk.send(ZHOU, identifier, said)
    releases = Releases(house.desk, house.gate, RedisRequests(house.client))
    words = [finding.words for finding in blocked.value.findings]
    await releases.ask(ZHOU, identifier, said, words)
    sent = await releases.release(GU, identifier, "活动方案已获批准")
    assert [message.kind for message in sent] == [Kind.NOTICE, Kind.TEXT]
    assert (sent[1].text, sent[1].sender_name) == (said, "周晓")


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
    assert [claim.agent for claim in await Expiry(house.desk).reap()] == ["zhou"]
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
