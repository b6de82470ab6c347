"""How long an answer is waited for."""

from __future__ import annotations

from datetime import timedelta

from conversation.conversation import Customer
from conversation.ports import Incoming
from handoff.desk.opened import Opened
from handoff.service_levels import ServiceLevels, Wait
from tests.unit.handoff.room import ZHOU, Room


async def test_an_answer_ends_the_wait_of_the_oldest_question() -> None:
    room = Room()
    identifier = await room.waits("a")
    opened = Opened(await room.desk.claim(ZHOU))
    await opened.catch_up(room.desk)
    first = opened.facts.open_since
    assert first == room.now
    room.now += timedelta(seconds=30)
    await room.conversations.accept(Customer("web", "a"), Incoming("a-2", "在吗"))
    await opened.catch_up(room.desk)
    assert opened.facts.open_since == first
    await room.desk.send(ZHOU, identifier, "您好")
    await opened.catch_up(room.desk)
    assert opened.facts.open_since is None


def test_a_reply_is_late_after_its_target() -> None:
    levels = ServiceLevels.load()
    target = timedelta(seconds=levels.reply_seconds)
    assert levels.of_reply(target * levels.pressing_share) is Wait.WITHIN
    assert levels.of_reply(target) is Wait.PRESSING
    assert levels.of_reply(target + timedelta(seconds=1)) is Wait.BREACHED
