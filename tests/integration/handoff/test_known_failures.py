"""Each test bears the name of a failure known from other systems, and shows it impossible here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from conversation.approved import Author
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason
from conversation.errors import OwnerChanged
from conversation.message import Draft, Message, Sender
from conversation.ports import Incoming
from conversation.settle import Settler
from conversation.turn import Route, TurnRecord
from conversation.utterances import Utterances
from handoff.desk.board import Board
from handoff.desk.opened import Opened
from handoff.errors import AgentAway, AtLimit, NothingToClaim, NotQualified
from handoff.overview import group_lines
from handoff.redis_queue import RedisHandoffQueue
from handoff.routing import Routing, Target
from handoff.service_levels import ServiceLevels
from handoff.transfers import Transfers
from tests.contract.handoff.house import House
from tests.unit.handoff.people import queued
from tests.unit.handoff.room import GU, LIN, ZHOU

ALL = ("general", "complaints", "fraud")
MANY = 30


class NoRecords:
    """Records nothing: these tests are about the live store."""

    async def catch_up(self, conversation: Conversation, entries: Sequence[Message]) -> None:
        """See `Recorder.catch_up`."""

    async def record(self, kind: str, actor: str, subject: str, data: Mapping[str, object]) -> None:
        """See `Audit.record`."""


@pytest.fixture
def house(redis_client: Redis) -> House:
    """Return a house on an empty server."""
    return House(redis_client)


async def settle(house: House, identifier: str) -> None:
    """Do what follows from a conversation's state, as a worker does after each turn."""
    parts = (house.conversations, house.turns, house.gate, house.queue)
    await Settler(*parts, NoRecords(), Utterances.load()).settle(identifier)


async def says(house: House, name: str, number: int) -> str:
    """Let a customer write; returns the conversation."""
    incoming = Incoming(f"{name}-{number}", f"第{number}句")
    return (await house.conversations.accept(Customer("web", name), incoming)).conversation_id


async def test_the_bot_answers_over_the_agent(house: House) -> None:
    identifier = await says(house, "a", 1)
    lease = await house.conversations.acquire(identifier)
    assert lease is not None
    pending = await house.conversations.begin(lease)
    assert pending is not None
    conversation = await house.conversations.get(identifier)
    author = Author(Sender.BOT, conversation.epoch)
    late = house.gate.approve(conversation, author, [Draft("您好，这是机器人的回答。")])
    # While the bot was thinking the customer was handed over, and an agent took over.
    await house.conversations.request_handoff(identifier, 1, Handoff(Reason.HUMAN))
    await house.queue.enqueue(await house.conversations.get(identifier))
    await house.desk.claim(ZHOU)
    record = TurnRecord(Route.ANSWER, "ask_fund", 0.9)
    with pytest.raises(OwnerChanged):
        await house.conversations.commit(lease, pending.message.id, late, record)
    with pytest.raises(OwnerChanged):
        await house.conversations.send(late)
    assert all(m.sender is not Sender.BOT for m in await house.desk.read(identifier))


async def test_a_resolved_conversation_hands_itself_over_again(house: House) -> None:
    closed, given_back = await house.waits("a"), await house.waits("b")
    await house.desk.claim(ZHOU, closed)
    await house.desk.claim(ZHOU, given_back)
    await house.desk.close(ZHOU, closed)
    await house.desk.hand_back(ZHOU, given_back)
    for name, before in (("a", closed), ("b", given_back)):
        opened = await says(house, name, 9)
        await settle(house, before)
        await settle(house, opened)
        conversation = await house.conversations.get(opened)
        assert (conversation.owner, conversation.handoff) == (Owner.BOT, None)
    assert await house.queue.waiting() == []


async def test_two_agents_get_one_customer(house: House) -> None:
    identifiers = {await house.waits(f"c{number}") for number in range(4)}
    accounts = [replace(LIN, login=f"agent{number}") for number in range(12)]
    results = await asyncio.gather(
        *(house.desk.claim(account) for account in accounts), return_exceptions=True
    )
    got = [one for one in results if isinstance(one, Conversation)]
    assert len(got) == len(identifiers)
    assert {one.id for one in got} == identifiers
    refused = [one for one in results if not isinstance(one, Conversation)]
    assert all(isinstance(one, NothingToClaim) for one in refused)


async def test_several_servers_exceed_an_agents_limit(valkey_url: str, house: House) -> None:
    for number in range(MANY):
        await house.queue.enqueue(queued(f"c{number}"))
    await house.queue.heartbeat(ZHOU)
    waiting = await house.queue.waiting()
    async with (
        Redis.from_url(valkey_url, decode_responses=True) as first,
        Redis.from_url(valkey_url, decode_responses=True) as second,
    ):
        servers = [RedisHandoffQueue(client, Routing.load()) for client in (first, second)]
        pulled = [server.claim("zhou", ALL, ZHOU.load_limit) for server in servers * 5]
        pushed = [
            servers[number % 2].assign(one.conversation_id, 0, "zhou", "gu")
            for number, one in enumerate(waiting)
        ]
        results = await asyncio.gather(*pulled, *pushed, return_exceptions=True)
    assert len(await house.queue.held("zhou")) == ZHOU.load_limit
    refused = [one for one in results if isinstance(one, BaseException)]
    assert all(isinstance(one, (AtLimit, NothingToClaim)) for one in refused)


async def test_the_backlog_is_not_drained_in_order(house: House) -> None:
    names = [f"c{number}" for number in range(MANY)]
    for name in names:
        await house.queue.enqueue(queued(name))
    claims = [await house.queue.claim("zhou", ALL, MANY) for _ in names]
    assert [one.conversation_id for one in claims if one] == [queued(n).id for n in names]


async def test_a_reopened_conversation_goes_to_an_agent_who_is_offline(house: House) -> None:
    # 周晓 served the customer, closed, and went home; only 林一 is at the desk.
    before = await house.waits("a")
    await house.desk.claim(ZHOU, before)
    await house.desk.close(ZHOU, before)
    await house.desk.at_desk(LIN)
    opened = await says(house, "a", 9)
    assert opened != before
    assert (await house.conversations.get(opened)).agent is None
    await house.conversations.request_handoff(opened, 1, Handoff(Reason.HUMAN))
    await settle(house, opened)
    with pytest.raises(AgentAway):
        await house.queue.assign(opened, 0, "zhou", "gu")
    assert (await house.desk.claim(LIN)).id == opened
    with pytest.raises(AgentAway):
        await Transfers(house.desk).to_agent(LIN, opened, "zhou")
    assert (await house.conversations.get(opened)).agent == "lin"


async def test_messages_lost_on_reconnect_so_that_the_agent_answers_blind(house: House) -> None:
    identifier = await house.waits("a")
    conversation = await house.desk.claim(ZHOU)
    page = Opened(conversation)
    await page.catch_up(house.desk)
    before = len(page.entries)
    # The agent's browser is away; the customer goes on writing.
    for number in range(MANY):
        assert await says(house, "a", 100 + number) == identifier
    new = await page.catch_up(house.desk)
    assert [m.text for m in new] == [f"第{100 + number}句" for number in range(MANY)]
    reloaded = Opened(conversation)
    await reloaded.catch_up(house.desk)
    assert reloaded.entries == page.entries
    assert len(page.entries) == before + MANY


async def test_events_shown_out_of_order(house: House) -> None:
    identifier = await house.waits("a")
    conversation = await house.desk.claim(ZHOU)
    page = Opened(conversation)

    async def look() -> None:
        async with page.step:
            await page.catch_up(house.desk)

    deeds = [says(house, "a", 100 + number) for number in range(MANY)]
    answers = [house.desk.send(ZHOU, identifier, f"答{number}") for number in range(MANY)]
    await asyncio.gather(*deeds, *answers, *(look() for _ in range(MANY)))
    await look()
    log = await house.desk.read(identifier)
    assert page.entries == log
    stamps = [tuple(map(int, entry.id.split("-"))) for entry in log]
    assert stamps == sorted(set(stamps))


async def test_a_missing_group_kills_the_handoff_silently(redis_client: Redis) -> None:
    house = House(redis_client)
    routing = Routing.load()
    broken = replace(routing, reasons={"complaint": Target(priority=2, group="disbanded")})
    queue = RedisHandoffQueue(redis_client, broken)
    place = await queue.enqueue(queued("a", Reason.COMPLAINT))
    assert (place.group, place.priority) == (routing.fallback.group, 2)
    unknown = await queue.enqueue(queued("b", Reason.FRAUD))
    assert unknown.group == routing.fallback.group
    assert {one.group for one in await house.desk.waiting(ZHOU)} == {routing.fallback.group}
    assert len(await house.desk.waiting(GU)) == len(await house.desk.waiting(ZHOU)) == 2


async def test_a_group_without_a_qualified_agent_kills_the_handoff_silently(house: House) -> None:
    funds = house.desk.routing.groups["fund"].model_copy(update={"unmanned_seconds": 0})
    groups = house.desk.routing.groups | {"fund": funds}
    always = house.desk.routing.hours.model_copy(update={"always": frozenset(groups)})
    desk = replace(house.desk, routing=replace(house.desk.routing, groups=groups, hours=always))
    identifier = await house.waits("a", "我的基金怎么赎回")
    unqualified = replace(ZHOU, login="fang", groups=frozenset({"fund"}))
    await desk.at_desk(ZHOU)
    await desk.at_desk(unqualified)
    with pytest.raises(NotQualified):
        await desk.claim(unqualified, identifier)
    board = Board(desk)
    await board.step()
    assert [one.group for one in board.waiting] == [desk.routing.fallback.group]
    lines = group_lines(
        board.waiting, board.agents, desk.routing, ServiceLevels.load(), datetime.now(UTC)
    )
    assert {line.group: line.unmanned for line in lines}["fund"]
    assert (await desk.claim(ZHOU)).id == identifier
    notes = [m.data for m in await desk.read(identifier) if m.data.get("event") == "note"]
    assert any(desk.routing.group_name("fund") in str(note["text"]) for note in notes)
