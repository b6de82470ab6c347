"""Offers: what an agent answers, and what becomes of a customer whose agent is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from conversation.conversation import Customer, Owner
from conversation.errors import OwnerChanged
from handoff.agents import AgentState
from handoff.desk.board import Board
from handoff.desk.board_rows import Case
from handoff.errors import NothingToClaim
from handoff.pushing import Pushing
from handoff.routing import DEFAULT_PATH, Routing
from tests.unit.handoff.room import LEASE, LIN, ZHOU, Room

PATIENCE = timedelta(seconds=20)
NOBODY_WAITS_LONGER = timedelta(seconds=2)


@pytest.fixture
async def room() -> Room:
    """Return a room whose general group is pushed, with both agents at the desk."""
    room = Room()
    routing = replace(room.desk.routing, pushed={"general": PATIENCE})
    room.desk = replace(room.desk, routing=routing)
    await room.desk.at_desk(ZHOU)
    await room.desk.at_desk(LIN)
    return room


async def test_an_offer_leaves_the_conversation_with_the_queue(room: Room) -> None:
    identifier = await room.waits("a")
    (offer,) = await Pushing(room.desk).push()
    assert (await room.desk.get(identifier)).owner is Owner.QUEUE
    assert await room.desk.mine(ZHOU) == []
    with pytest.raises(OwnerChanged):
        await room.desk.send(ZHOU, identifier, "您好")
    assert offer.agent == "lin"
    conversation = await Pushing(room.desk).accept(LIN, identifier)
    assert (conversation.owner, conversation.agent) == (Owner.AGENT, "lin")
    assert room.book.kinds[-2:] == ["desk.offer", "desk.claim"]


async def test_nobody_accepts_what_was_offered_to_another(room: Room) -> None:
    identifier = await room.waits("a")
    await Pushing(room.desk).push()
    with pytest.raises(NothingToClaim):
        await Pushing(room.desk).accept(ZHOU, identifier)
    with pytest.raises(NothingToClaim):
        await Pushing(room.desk).decline(ZHOU, identifier)


async def test_an_offer_not_accepted_in_time_goes_to_the_next_agent(room: Room) -> None:
    identifier = await room.waits("a")
    board = Board(room.desk)
    await board.step()
    assert [claim.conversation_id for claim in board.offers(LIN)] == [identifier]
    assert (board.offers(ZHOU), board.claims(LIN)) == ([], frozenset())
    (case,) = (Case.of(claim, {"lin": "林一"}) for claim in board.held)
    assert (case.holder, case.offered, case.served) == ("林一", True, False)
    room.now += PATIENCE
    await board.step()
    assert [claim.conversation_id for claim in board.offers(ZHOU)] == [identifier]
    assert board.offers(LIN) == []
    assert {agent.login: agent.state for agent in board.agents}["lin"] is AgentState.BUSY
    assert "desk.offer_missed" in room.book.kinds


async def test_an_offer_declined_goes_to_the_next_agent(room: Room) -> None:
    identifier = await room.waits("a")
    board = Board(room.desk)
    await board.step()
    await Pushing(room.desk).decline(LIN, identifier)
    await board.step()
    assert [claim.conversation_id for claim in board.offers(ZHOU)] == [identifier]


async def test_a_customer_who_left_is_not_accepted(room: Room) -> None:
    identifier = await room.waits("a")
    await Pushing(room.desk).push()
    conversation = await room.desk.get(identifier)
    await room.conversations.give_back(identifier, conversation.epoch, Owner.BOT)
    with pytest.raises(NothingToClaim):
        await Pushing(room.desk).accept(LIN, identifier)
    assert await room.queue.held() == []


async def test_another_agent_continues_within_the_lease_and_two_seconds(room: Room) -> None:
    identifier = await room.waits("a")
    other = await room.waits("b")
    await Pushing(room.desk).push()
    await Pushing(room.desk).accept(LIN, identifier)
    await Pushing(room.desk).accept(ZHOU, other)
    await room.desk.send(LIN, identifier, "您好，请说")
    # 林一's desk dies. The board of any desk moves on once a second.
    board = Board(room.desk)
    assert timedelta(seconds=board.every) <= NOBODY_WAITS_LONGER
    room.now += LEASE + timedelta(seconds=board.every)
    await room.desk.at_desk(ZHOU)
    await board.step()
    assert [claim.conversation_id for claim in board.offers(ZHOU)] == [identifier]
    await Pushing(room.desk).accept(ZHOU, identifier)
    (said,) = await room.desk.send(ZHOU, identifier, "我来继续为您办理")
    assert said.sender_name == "周晓"
    assert "您好，请说" in await room.texts(identifier)
    assert (await room.desk.context(identifier)).facts.asked == ["我要找人工"]
    with pytest.raises(OwnerChanged):
        await room.desk.send(LIN, identifier, "还在吗")


async def test_who_lost_its_agent_waits_at_the_head(room: Room) -> None:
    room.desk = replace(room.desk, routing=replace(room.desk.routing, pushed={}))
    first, second = await room.waits("a"), await room.waits("b")
    await room.desk.claim(LIN, first)
    room.now += LEASE
    await Board(room.desk).step()
    assert [one.conversation_id for one in await room.desk.waiting(ZHOU)] == [first, second]
    place = await room.queue.place(first)
    assert place is not None
    assert place.position == 1
    assert Customer("web", "a").key in first


def test_a_group_is_pushed_by_its_setting(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert Routing.load().pushed == {}
    written = DEFAULT_PATH.read_text("utf-8")
    name = "    name: 综合服务组\n"
    path = tmp_path_factory.mktemp("routing") / "routing.yml"
    path.write_text(written.replace(name, f"{name}    assignment: push\n"), "utf-8")
    assert Routing.load(path).pushed == {"general": timedelta(seconds=20)}
