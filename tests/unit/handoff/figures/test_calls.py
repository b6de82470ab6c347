"""When a person was called for, who came, how long it took."""

from __future__ import annotations

from datetime import timedelta

from conversation.archive import archived
from conversation.conversation import Customer
from conversation.turn import Route
from handoff.figures.calls import calls_of
from tests.unit.handoff.figures.talks import Talk
from tests.unit.handoff.room import ZHOU, Room


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_a_conversation_of_the_bot_alone_has_no_call() -> None:
    talk = Talk()
    talk.asks("几点开门")
    assert calls_of(talk.closed()) == []


def test_a_call_has_its_wait_its_response_and_its_handling() -> None:
    talk = Talk()
    talk.asks("转人工", Route.HUMAN)
    talk.calls("human")
    talk.taken("zhou", 45)
    talk.says("您好", 12)
    [call] = calls_of(talk.closed("zhou", 100))
    assert (call.reason, call.connected) == ("human", True)
    assert (call.waited, call.response, call.handling) == (seconds(45), seconds(12), seconds(112))


def test_transfers_and_returns_to_the_line_are_the_same_call() -> None:
    talk = Talk()
    talk.calls("complaint")
    talk.taken("zhou", 10)
    talk.own("queue", why="queue", after=30)
    talk.taken("lin", 300)
    talk.own("agent", "gu", "claimed", 40)
    talk.own("bot", why="bot", after=50)
    talk.calls("fraud", 5)
    first, second = calls_of(talk.closed("customer", 7))
    assert [hold.agent for hold in first.holds] == ["zhou", "lin", "gu"]
    assert (first.waited, first.handling) == (seconds(10), seconds(120))
    assert first.response is None
    assert (second.reason, second.connected, second.waited) == ("fraud", False, seconds(7))


def test_what_the_house_says_is_no_response() -> None:
    talk = Talk()
    talk.calls()
    talk.taken()
    talk.house("客服人员 周晓 已接入")
    [call] = calls_of(talk.closed("zhou"))
    assert call.response is None


async def test_the_desk_s_own_log_is_read_as_it_is_written() -> None:
    room = Room()
    identifier = await room.waits("wang")
    room.now += seconds(30)
    await room.desk.queue.heartbeat(ZHOU)
    await room.desk.claim(ZHOU)
    room.now += seconds(9)
    await room.desk.send(ZHOU, identifier, "您好")
    room.now += seconds(60)
    await room.desk.close(ZHOU, identifier)
    state = await room.conversations.get(identifier)
    kept = archived(state, await room.desk.read(identifier))
    [call] = calls_of(kept)
    assert kept.customer == Customer("web", "wang")
    assert [hold.agent for hold in call.holds] == ["zhou"]
    assert (call.waited, call.response, call.handling) == (seconds(30), seconds(9), seconds(69))
