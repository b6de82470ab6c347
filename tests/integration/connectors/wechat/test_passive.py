"""Answers in WeChat's own connection: one of the two ways, never both; and mini-programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from connectors.outbox import Cursor
from connectors.wechat.errors import HoldLost
from connectors.wechat.fake.account import Account
from connectors.wechat.fake.pushing import Envelope
from connectors.wechat.ports import Place
from connectors.wechat.quota import Deed
from connectors.wechat.routes import PATH
from conversation.conversation import Conversation, Customer
from conversation.message import Draft, Message
from conversation.turn import BotReply
from tests.background import background
from tests.integration.connectors.wechat.world import ANNA, APP, CIPHER, SECRET, TOKEN, World
from tests.unit.conversation.doubles import EchoBot

PATIENCE = 3.0


@pytest.fixture
async def world(redis_client: Redis) -> AsyncIterator[World]:
    """Yield a world whose customer was greeted and answered before."""
    world = World(redis_client, EchoBot(), patience=PATIENCE)
    async with background(world.wake.run(), world.courier.run()), world.working():
        await world.says("你好")
        await world.shown(2)
        yield world


def screen(world: World) -> list[tuple[str, bool]]:
    """Return what the phone shows, and whether it came in the push's own connection."""
    entries = world.account.phones["anna"].screen
    return [(entry["text"], "passive" in entry) for entry in entries]


def text_push(world: World, text: str, name: str) -> tuple[dict[str, str], bytes]:
    fields = {
        "ToUserName": "gh",
        "FromUserName": "anna",
        "CreateTime": str(int(world.pusher.clock())),
        "MsgType": "text",
        "MsgId": name,
        "Content": text,
    }
    return world.pusher.envelope.seal(fields, int(world.pusher.clock()))


async def test_an_answer_in_time_counts_against_nothing(world: World) -> None:
    world.passive.seconds = 60  # type: ignore[union-attr]
    left = (await world.deliveries.standing(ANNA)).quota.message.left
    for number in range(3):
        assert await world.says(f"第{number}")
    assert screen(world)[2:] == [(f"答：第{number}", True) for number in range(3)]
    standing = await world.deliveries.standing(ANNA)
    assert standing.quota.message.left == 5 > left
    await world.speak("一", "二")
    assert (await world.shown(7))[5:] == ["一", "二"]


async def test_the_same_push_again_is_told_the_same_and_nothing_twice(world: World) -> None:
    world.passive.seconds = 60  # type: ignore[union-attr]
    answers = []
    for _ in range(3):
        query, body = text_push(world, "限额", "77")
        answer = await world.gateway.post(PATH, params=query, content=body)
        answers.append(world.pusher.envelope.unseal(answer.content)["Content"])
    assert answers == ["答：限额"] * 3
    await world.speak("完")
    assert (await world.shown(3))[2:] == ["完"], "it was not sent as well"


async def test_an_answer_that_is_late_is_sent(redis_client: Redis) -> None:
    release = asyncio.Event()

    class SlowBot(EchoBot):
        async def reply(self, conversation: Conversation, message: Message) -> BotReply:
            await release.wait()
            return await super().reply(conversation, message)

    world = World(redis_client, SlowBot(), patience=0.05)
    async with background(world.wake.run(), world.courier.run()), world.working():
        assert await world.says("你好"), "acknowledged while the bot thinks"
        release.set()
        await world.shown(2)
    assert [passive for _, passive in screen(world)] == [False, False]


async def test_two_texts_are_sent_in_their_order(redis_client: Redis) -> None:
    class WordyBot(EchoBot):
        async def reply(self, conversation: Conversation, message: Message) -> BotReply:
            reply = await super().reply(conversation, message)
            return replace(reply, drafts=(*reply.drafts, Draft("还有")))

    world = World(redis_client, WordyBot(), patience=1.0)
    async with background(world.wake.run(), world.courier.run()), world.working():
        await world.says("你好")
        await world.shown(3)
        await world.says("限额")
        await world.shown(5)
    assert screen(world)[1:] == [
        *(("答：你好", False), ("还有", False)),
        *(("答：限额", False), ("还有", False)),
    ]


async def test_whoever_lost_the_hold_says_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.passive.seconds = 60  # type: ignore[union-attr]
    replied = world.deliveries.replied

    async def overtaken(*_: object) -> None:
        monkeypatch.setattr(world.deliveries, "replied", replied)
        raise HoldLost

    monkeypatch.setattr(world.deliveries, "replied", overtaken)
    assert await world.says("限额")
    await world.shown(3)
    assert screen(world)[2:] == [("答：限额", False)]


async def test_a_reply_moves_the_place_in_one_step(world: World) -> None:
    customer = Customer(ANNA.channel, "bert")
    hold = await world.deliveries.take(customer)
    assert hold
    there = Place(Cursor(1, (5, 0)))
    await world.deliveries.replied(hold, there, "42", "第一行\n第二行")
    assert (await world.deliveries.standing(customer)).place == there
    assert await world.deliveries.reply(customer, "42") == "第一行\n第二行"
    assert await world.deliveries.reply(customer, "43") is None


@pytest.mark.parametrize("json", [True, False])
async def test_a_mini_program_is_answered_without_menus(redis_client: Redis, *, json: bool) -> None:
    account = Account(APP, SECRET, mini_program=True)
    world = World(redis_client, EchoBot(), account=account)
    world.pusher.envelope = Envelope(TOKEN, CIPHER, json=json)
    async with background(world.wake.run(), world.courier.run()), world.working():
        assert await world.says("转账限额")
        greeting, answer = await world.shown(2)
        assert "\n· 转账限额" in greeting
        assert answer == "答：转账限额"
        account.deed("anna", Deed.MESSAGE)
        assert await world.pusher.push("anna", "miniprogrampage", Title="t", AppId="a")
        await world.shown(3)
    log = await world.store.log((await world.current()).id)
    assert "[小程序卡片]" in [message.text for message in log]
