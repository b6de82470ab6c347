"""A conversation in WeChat, over the real store."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from connectors.wechat.cipher import sign
from connectors.wechat.ports import Standing, Trouble
from connectors.wechat.push import document
from connectors.wechat.quota import Deed, Quota
from connectors.wechat.routes import PATH
from conversation.approved import Author
from conversation.conversation import Conversation, Owner
from conversation.errors import BotUnavailable
from conversation.message import Draft, Message, Sender
from conversation.redis_signals import RedisSignals
from conversation.signals import Side
from conversation.turn import BotReply
from tests.background import background
from tests.integration.connectors.wechat.world import (
    ANNA,
    CIPHER,
    SECRET,
    TOKEN,
    WORDS,
    World,
)
from tests.unit.conversation.doubles import EchoBot

GREETING = WORDS.text("greeting")


async def test_a_customer_is_greeted_answered_and_handed_to_an_agent(world: World) -> None:
    async with background(world.courier.run()):
        world.account.deed("anna", Deed.CLICK)
        assert await world.pusher.push("anna", "event", Event="subscribe")
        assert await world.shown(1) == [GREETING]
        assert await world.says("限额")
        assert (await world.shown(2))[1] == "答：限额"
        assert await world.says("我要投诉")
        assert (await world.shown(4))[2] == "答：我要投诉"
        waiting = await world.current()
        assert waiting.owner is Owner.QUEUE
        agent = Author(Sender.AGENT, waiting.epoch, "a1", "小王")
        epoch = await world.store.take_over(waiting.id, agent, 1)
        author = Author(Sender.AGENT, epoch, "a1", "小王")
        await world.store.send(
            world.gate.approve(await world.current(), author, [Draft("我来处理")])
        )
        last = (await world.shown(5))[-1]
        assert "小王" in last
        assert "我来处理" in last


async def test_a_click_on_a_menu_sends_what_the_option_stands_for(world: World) -> None:
    async with background(world.courier.run()):
        await world.says("你好")
        await world.shown(2)
        menu = world.account.phones["anna"].screen[0]["menu"]
        item = next(item for item in menu if item["content"] == "转账限额")
        await world.says("转账限额", bizmsgmenuid=item["id"])
        assert (await world.shown(3))[2] == "答：转账限额是多少"


async def test_the_ways_out_of_the_queue_are_a_menu(world: World) -> None:
    async with background(world.courier.run()):
        await world.says("我要投诉")
        assert "第 1 位" in (await world.shown(3))[2]
        menu = {item["content"]: item for item in world.account.phones["anna"].screen[2]["menu"]}
        assert list(menu) == ["跳过这一项", "不补充了", "继续等待", "留言", "返回机器人"]
        await world.says("返回机器人", bizmsgmenuid=menu["返回机器人"]["id"])
        assert (await world.shown(4))[3] == WORDS.text("left_queue")
        assert (await world.current()).owner is Owner.BOT


async def test_deliveries_of_one_message_that_overlap_are_one_message(world: World) -> None:
    fields = {
        "ToUserName": "gh",
        "FromUserName": "anna",
        "CreateTime": str(int(world.pusher.clock())),
        "MsgType": "text",
        "MsgId": "42",
        "Content": "你好",
    }
    assert all(await asyncio.gather(*(world.pusher.deliver(fields) for _ in range(5))))
    log = await world.store.log((await world.current()).id)
    assert [m.text for m in log if m.sender is Sender.CUSTOMER] == ["你好"]
    assert (await world.deliveries.standing(ANNA)).quota.message.left == 5


async def test_the_push_is_acknowledged_while_the_bot_hangs(redis_client: Redis) -> None:
    asked, release = asyncio.Event(), asyncio.Event()

    class HangingBot:
        async def reply(self, conversation: Conversation, message: Message) -> BotReply:
            asked.set()
            await release.wait()
            raise BotUnavailable

    world = World(redis_client, HangingBot())
    async with background(world.wake.run()), world.working():
        assert await world.says("你好")
        await asked.wait()
        assert await world.says("在吗")
        waiting = await world.store.mailbox((await world.current()).id)
        assert [message.text for message in waiting] == ["你好", "在吗"]
        release.set()


async def test_what_was_not_stored_is_not_acknowledged() -> None:
    nowhere = Redis(port=1, decode_responses=True, retry=Retry(NoBackoff(), 0))
    assert not await World(nowhere, EchoBot()).says("你好")
    await nowhere.aclose()


async def test_voice_pictures_and_long_texts(world: World) -> None:
    async with background(world.courier.run()):
        world.account.deed("anna", Deed.MESSAGE)
        await world.pusher.push("anna", "image", MediaId="m", PicUrl="http://x")
        assert (await world.shown(2))[1] == WORDS.text("unreadable")
        world.account.deed("anna", Deed.MESSAGE)
        await world.pusher.push("anna", "voice", MediaId="m", Recognition="限额")
        assert (await world.shown(3))[2] == "答：限额"
    long = "我的电话是13800138000。" + "说来话长。" * 600
    await world.says(long)
    log = await world.store.log((await world.current()).id)
    said = "".join(m.text for m in log if m.sender is Sender.CUSTOMER)
    assert long.replace("13800138000", "138****8000") in said


async def test_a_vault_is_given_what_was_written_and_nobody_else(world: World) -> None:
    await world.says("手机13800138000收不到短信")
    await world.says("长" * 2000 + "13800138000")
    log = await world.store.log((await world.current()).id)
    assert not [m.text for m in log if "13800138000" in m.text]
    first, *pieces = world.raw
    assert first == "手机13800138000收不到短信"
    assert not [text for text in pieces if "13800138000" in text], "it was redacted before the cut"


async def test_events_without_use_are_acknowledged(world: World) -> None:
    assert await world.pusher.push("anna", "event", Event="VIEW", EventKey="http://x")
    assert await world.pusher.push("anna", "event", Event="unsubscribe")
    assert await world.store.current(ANNA) is None


async def test_forgeries_are_refused_in_one_way(world: World) -> None:
    query, body = world.pusher.envelope.seal({"ToUserName": "gh"}, int(world.pusher.clock()))
    stale = {"timestamp": "1", "nonce": "1", "msg_signature": sign(TOKEN, "1", "1")}
    calls: list[tuple[dict[str, str], bytes]] = [
        ({}, b""),
        (stale, body),
        ({**query, "msg_signature": "0"}, body),
        (query, document({"Encrypt": CIPHER.encrypt(b"x")})),
        (query, b"<xml>" + b"x" * 40_000),
        (query, body),  # well signed, but without a sender
    ]
    answers = [await world.gateway.post(PATH, params=q, content=b) for q, b in calls]
    assert {(a.status_code, a.text) for a in answers} == {(403, answers[0].text)}
    assert (await world.gateway.get(PATH, params=query)).status_code == 200
    forged = {**query, "signature": "0"}
    assert (await world.gateway.get(PATH, params=forged)).text == answers[0].text


async def test_when_the_quota_is_spent_the_rest_is_kept(world: World) -> None:
    async with background(world.courier.run()):
        await world.says("你好")
        await world.shown(2)
        await world.speak("一", "二", "三", "四", "五")
        assert (await world.shown(5))[2:] == ["一", "二", "三"]
        standing = await _troubled(world, Trouble.QUOTA)
        assert (standing.waiting, standing.quota.left(world.pusher.clock())) == (2, 0)
        assert world.account.calls == 5
        await world.says("在吗")
        assert (await world.shown(8))[5:] == ["四", "五", "答：在吗"]
    standing = await world.deliveries.standing(ANNA)
    assert (standing.waiting, standing.trouble) == (0, None)


async def test_a_customer_who_left_is_not_written_to(world: World) -> None:
    async with background(world.courier.run()):
        await world.says("你好")
        await world.shown(2)
        world.account.phones["anna"].follows = False
        await world.speak("还在吗")
        assert (await _troubled(world, Trouble.OUT_OF_REACH)).waiting == 1
        await world.says("在")
        assert (await world.shown(4))[2:] == ["还在吗", "答：在"]


async def _troubled(world: World, trouble: Trouble) -> Standing:
    """Return Anna's standing once it says so."""
    while True:
        standing = await world.deliveries.standing(ANNA)
        if standing.trouble is trouble:
            return standing


async def test_wechats_own_count_wins(world: World) -> None:
    async with background(world.courier.run()):
        await world.says("你好")
        await world.shown(2)
        world.account.phones["anna"].quota = Quota()
        await world.speak("一")
        assert (await _troubled(world, Trouble.QUOTA)).waiting == 1


async def test_a_revoked_token_is_renewed_once_for_all(world: World) -> None:
    async with background(world.courier.run()):
        await world.says("你好")
        await world.shown(2)
        world.account.tokens.revoke()
        await world.speak("一", "二")
        assert (await world.shown(4))[2:] == ["一", "二"]
    assert world.account.tokens.issued == 2


async def test_replicas_ask_for_a_token_once(world: World) -> None:
    replicas = [world.tokens() for _ in range(8)]
    assert len(set(await asyncio.gather(*(tokens.get() for tokens in replicas)))) == 1
    assert world.account.tokens.issued == 1


async def test_two_replicas_send_everything_once_and_in_order(world: World) -> None:
    second = world.replica()
    async with background(world.courier.run(), second.run()):
        await world.says("你好")
        await world.shown(2)
        for turn in range(10):
            await world.says(f"第{turn}")
            await world.shown(turn + 3)
    assert (await world.shown(12))[2:] == [f"答：第{turn}" for turn in range(10)]
    assert world.account.calls == 12


async def test_another_replica_goes_on_where_one_has_ended(world: World) -> None:
    long = "一句话。" * 300
    async with background(world.courier.run()):
        await world.says("你好")
        await world.shown(2)
    await world.speak(long, "完")
    async with background(world.replica().run()):
        shown = await world.shown(5)
    assert "".join(shown[2:4]) == long
    assert shown[4:] == ["完"]


async def test_a_wechat_that_is_down_is_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [httpx.ConnectError("down"), httpx.ReadTimeout("slow")]
    post = httpx.AsyncClient.post

    async def failing(self: httpx.AsyncClient, url: str, **more: object) -> httpx.Response:
        if "send" in url and answers:
            raise answers.pop()
        return await post(self, url, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(httpx.AsyncClient, "post", failing)
    async with background(world.courier.run()):
        await world.says("你好")
        assert (await world.shown(2))[1] == "答：你好"
    assert world.pauses == [1.0, 2.0]


async def test_a_closed_conversation_is_followed_no_longer(world: World) -> None:
    async with background(world.courier.run()):
        await world.says("你好")
        await world.shown(2)
        assert await world.deliveries.followed() == [ANNA]
        conversation = await world.current()
        await world.store.close(conversation.id, conversation.epoch, "silence")
        while await world.deliveries.followed():
            continue
        await world.says("又来了")
        assert (await world.shown(3))[2] == "答：又来了"


async def test_no_secret_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="connectors")
    async with background(world.courier.run()):
        await world.says("你好")
        await world.shown(2)
        world.account.phones["anna"].quota = Quota()
        await world.speak("一")
        await _troubled(world, Trouble.QUOTA)
    token = str(await world.redis.get("yq:wechat:{wx-test}:token"))
    for secret in (SECRET, TOKEN, CIPHER.key, token, "你好"):
        assert secret not in caplog.text


async def test_a_message_waits_while_no_token_is_given_out(world: World) -> None:
    """A wrong secret, or a server that may not call, says nothing about the message."""
    world.account.tokens.secret = "changed"
    async with background(world.courier.run()):
        await world.says("你好")
        await _troubled(world, Trouble.WECHAT_DOWN)
        world.account.tokens.secret = SECRET
        assert (await world.shown(2))[1] == "答：你好"
    assert (await world.deliveries.standing(ANNA)).refused == 0


async def test_the_sign_shows_that_an_agent_writes(world: World) -> None:
    async with background(world.courier.run()):
        await world.says("我要投诉")
        await world.shown(3)
        waiting = await world.current()
        await world.store.take_over(waiting.id, Author(Sender.AGENT, 0, "a1", "小王"), 1)
        world.account.phones["anna"].typing = False
        await RedisSignals(world.redis).type(waiting.id, Side.STAFF)
        while not world.account.phones["anna"].typing:
            await world.store.get(waiting.id)
