"""A conversation in 微信客服, over the real store."""

from __future__ import annotations

import asyncio
import logging

import pytest
from redis.asyncio import Redis

from connectors.wechat.cipher import MessageCipher, sign
from connectors.wechat.errors import ApiError, HoldLost
from connectors.wechat.fake.pushing import Envelope
from connectors.wechat.kf.api import State
from connectors.wechat.kf.ports import Visit
from connectors.wechat.kf.routes import PATH
from connectors.wechat.ports import Trouble
from connectors.wechat.push import document
from connectors.wechat.quota import Quota
from connectors.wechat.rendering import Part
from conversation.approved import Author
from conversation.conversation import Customer, Owner
from conversation.errors import StoreUnavailable
from conversation.message import Draft, Sender
from conversation.ports import Accepted, Incoming
from tests.integration.connectors.wechat.kf.world import (
    ANNA,
    CIPHER,
    CORP,
    KF,
    SECRET,
    TOKEN,
    USER,
    KfWorld,
)
from tests.integration.connectors.wechat.world import WORDS
from tests.unit.conversation.doubles import EchoBot

GREETING = WORDS.text("greeting")


async def test_a_customer_is_welcomed_answered_handed_over_and_let_go(world: KfWorld) -> None:
    async with world.serving():
        world.corp.enters(KF, USER)
        assert await world.bell.ring(KF)
        assert await world.shown(1) == [GREETING]
        assert world.corp.asked.count("send_msg_on_event") == 1
        assert await world.says("限额")
        assert (await world.shown(2))[1] == "答：限额"
        assert await world.says("我要投诉")
        await world.shown(4)
        waiting = await world.current()
        assert (waiting.owner, world.session.state) == (Owner.QUEUE, State.BOT)
        agent = Author(Sender.AGENT, waiting.epoch, "a1", "小王")
        epoch = await world.store.take_over(waiting.id, agent, 1)
        author = Author(Sender.AGENT, epoch, "a1", "小王")
        await world.store.send(
            world.gate.approve(await world.current(), author, [Draft("我来处理")])
        )
        assert "我来处理" in (await world.shown(5))[4]
        assert world.session.state is State.BOT
        await world.store.close(waiting.id, epoch, "agent")
        await world.reaches(State.ENDED)
        assert await world.says("又来了")
        assert (await world.shown(6))[5] == "答：又来了"


async def test_who_was_not_welcomed_is_greeted_with_the_first_answer(world: KfWorld) -> None:
    world.session.wrote = True
    async with world.serving():
        world.corp.enters(KF, USER)
        assert await world.bell.ring(KF)
        assert await world.says("你好")
        assert await world.shown(2) == [GREETING, "答：你好"]
    assert "send_msg_on_event" not in world.corp.asked


async def test_a_click_on_a_menu_sends_what_the_option_stands_for(world: KfWorld) -> None:
    async with world.serving():
        await world.says("你好")
        await world.shown(2)
        item = next(i for i in world.session.screen[0]["menu"] if i["content"] == "转账限额")
        await world.says("转账限额", menu_id=item["id"])
        assert (await world.shown(3))[2] == "答：转账限额是多少"
        standing = await world.deliveries.standing(ANNA)
        assert standing.quota.message.left == 4, "a click is a message here"


async def test_news_is_fetched_page_by_page(world: KfWorld) -> None:
    world.corp.page = 3
    said = [f"第{number}" for number in range(10)]
    for text in said:
        world.corp.says(KF, USER, content=text)
    async with world.serving():
        assert await world.bell.ring(KF)
        await world.fetched()
    assert await world.heard() == said
    assert world.corp.asked.count("sync_msg") == 4


async def test_news_rung_while_it_is_fetched_is_fetched_too(world: KfWorld) -> None:
    async with world.serving():
        rings = [world.says(f"第{number}") for number in range(8)]
        assert all(await asyncio.gather(*rings))
        await world.fetched()
    assert sorted(await world.heard()) == sorted(f"第{number}" for number in range(8))


async def test_a_crash_before_the_cursor_moves_loses_and_repeats_nothing(
    world: KfWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance, crashes = world.inbox.advance, [StoreUnavailable(), HoldLost()]

    async def crashing(visit: Visit, cursor: str) -> Visit:
        if crashes:
            raise crashes.pop()
        return await advance(visit, cursor)

    monkeypatch.setattr(world.inbox, "advance", crashing)
    async with world.serving():
        await world.says("你好")
        await world.shown(2)
        await world.fetched()
        await world.says("在吗")
        assert await world.shown(3) == [GREETING, "答：你好", "答：在吗"]
    assert not crashes
    assert await world.heard() == ["你好", "在吗"]


async def test_what_could_not_be_stored_comes_again(
    world: KfWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept, failures = world.store.accept, [StoreUnavailable(), StoreUnavailable()]

    async def failing(customer: Customer, incoming: Incoming) -> Accepted:
        if failures and incoming.text == "第1":
            raise failures.pop()
        return await accept(customer, incoming)

    monkeypatch.setattr(world.store, "accept", failing)
    for number in range(3):
        world.corp.says(KF, USER, content=f"第{number}")
    async with world.serving():
        await world.bell.ring(KF)
        await world.fetched()
    assert not failures
    assert await world.heard() == ["第0", "第1", "第2"]


async def test_a_ring_is_kept_until_somebody_fetches(world: KfWorld) -> None:
    world.corp.says(KF, USER, content="你好")
    await world.inbox.rang(KF, world.corp.ring_token)  # and the process dies
    async with world.serving():
        assert (await world.shown(2))[1] == "答：你好"


async def test_only_one_replica_fetches(world: KfWorld, redis_client: Redis) -> None:
    await world.inbox.rang(KF, "t")
    visit = await world.inbox.take(KF)
    assert visit
    assert await world.inbox.take(KF) is None
    await world.inbox.rang(KF, "later")
    await world.inbox.done(await world.inbox.advance(visit, "7"))
    again = await world.inbox.take(KF)
    assert again
    assert (again.cursor, again.token) == ("7", "later"), "it rang again meanwhile"
    await redis_client.delete(f"yq:wechat:{{{CORP}}}:visit:{KF}")  # as time would
    assert await world.inbox.take(KF)
    for step in (world.inbox.advance(again, "9"), world.inbox.done(again)):
        with pytest.raises(HoldLost):
            await step


async def test_what_is_no_text_and_what_names_nobody(world: KfWorld) -> None:
    async with world.serving():
        world.corp.says(KF, USER, "image", media_id="m")
        world.corp.says(KF, "a b", content="不是客户")
        assert await world.says("你好")
        assert (await world.shown(3))[1:] == [WORDS.text("unreadable"), "答：你好"]
    assert await world.heard() == ["[图片]", "你好"]


async def test_without_a_cursor_old_news_is_left_alone(world: KfWorld) -> None:
    now = world.corp.clock
    world.corp.clock = lambda: now() - 7200
    world.corp.says(KF, USER, content="昨天的问题")
    world.corp.clock = now
    async with world.serving():
        await world.says("你好")
        await world.shown(2)
    assert await world.heard() == ["你好"]


async def test_the_full_queue_of_one_customer_stops_no_other(redis_client: Redis) -> None:
    world = KfWorld(redis_client, EchoBot())  # nobody answers
    for number in range(102):
        world.corp.says(KF, "wm-loud", content=f"第{number}")
    async with world.serving():
        await world.says("你好")
        while world.corp.asked.count("sync_msg") < 3:
            await world.corp.called(world.corp.calls + 1)
        assert await world.heard() == ["你好"]
        assert await world.inbox.waiting() == [KF], "what found no room comes again"
    loud = await world.store.current(Customer(ANNA.channel, f"{KF}/wm-loud"))
    assert loud
    assert len(await world.store.mailbox(loud.id)) == 100


@pytest.mark.parametrize("state", [State.QUEUE, State.STAFF])
async def test_what_wecom_does_not_take_waits(world: KfWorld, state: State) -> None:
    async with world.serving():
        await world.says("你好")
        await world.shown(2)
        world.session.state = state
        await world.speak("还在吗")
        while (await world.deliveries.standing(ANNA)).trouble is not Trouble.OUT_OF_REACH:
            continue
        world.session.state = State.ENDED
        await world.says("在")
        assert (await world.shown(4))[2:] == ["还在吗", "答：在"]


async def test_wecoms_own_count_wins(world: KfWorld) -> None:
    async with world.serving():
        await world.says("你好")
        await world.shown(2)
        world.session.quota = Quota()
        await world.speak("一")
        while (await world.deliveries.standing(ANNA)).trouble is not Trouble.QUOTA:
            continue


async def test_a_message_that_did_not_arrive_is_counted(
    world: KfWorld, caplog: pytest.LogCaptureFixture
) -> None:
    async with world.serving():
        await world.says("你好")
        await world.shown(2)
        body = {"event_type": "msg_send_fail", "fail_msgid": "x", "fail_type": 10}
        world.corp.happens(KF, USER, body)
        took = {"event_type": "session_status_change", "change_type": 1}
        world.corp.happens(KF, USER, took)
        await world.bell.ring(KF)
        await world.fetched()
    assert (await world.deliveries.standing(ANNA)).refused == 1
    assert "WeChat did not deliver" in caplog.text
    assert "somebody in WeCom took the session" in caplog.text


async def test_a_revoked_token_is_renewed_and_texts_are_cut(world: KfWorld) -> None:
    long = "一句话。" * 300
    async with world.serving():
        await world.says("你好")
        await world.shown(2)
        world.corp.tokens.revoke()
        await world.speak(long)
        assert "".join((await world.shown(4))[2:]) == long
    assert world.corp.tokens.issued == 2


async def test_the_fake_refuses_what_wecom_refuses(world: KfWorld) -> None:
    async def refused(work: object) -> int:
        with pytest.raises(ApiError) as caught:
            await work  # type: ignore[misc]
        return caught.value.number

    who = f"{KF}/{USER}"
    assert await refused(world.api.send(who, Part("x"), "n")) == 95018
    world.corp.says(KF, USER, content="x")
    assert await refused(world.api.send(who, Part("x" * 2049), "n")) == 40058
    assert await refused(world.api.send(who, Part("x"), "n" * 33)) == 40058
    for _ in range(5):
        await world.api.send(who, Part("x"), "n")
    assert await refused(world.api.send(who, Part("x"), "n")) == 95001
    await world.inbox.welcome(who, "invented")
    assert await refused(world.api.send(who, Part("x"), "n")) == 95014
    assert await refused(world.api.page(Visit(KF, "h", "b", "", "foreign"))) == 95007


async def test_the_address_is_verified(redis_client: Redis) -> None:
    world = KfWorld(redis_client, EchoBot())
    at, echo = str(int(world.pusher.clock())), CIPHER.encrypt(b"1616140317555161061")
    query = {"timestamp": at, "nonce": "n", "echostr": echo}
    query["msg_signature"] = sign(TOKEN, at, "n", echo)
    assert (await world.gateway.get(PATH, params=query)).text == "1616140317555161061"
    forged = {**query, "msg_signature": "0" * 40}
    assert (await world.gateway.get(PATH, params=forged)).status_code == 403


async def test_forgeries_are_refused_in_one_way(redis_client: Redis) -> None:
    world = KfWorld(redis_client, EchoBot())
    now = int(world.pusher.clock())
    fields = {"ToUserName": CORP, "Event": "kf_msg_or_event", "Token": "t", "OpenKfId": KF}
    query, body = world.pusher.envelope.seal(fields, now)
    foreign = Envelope(TOKEN, MessageCipher("ww-other", CIPHER.key))
    garbage = {
        "timestamp": str(now),
        "nonce": "n",
        "msg_signature": sign(TOKEN, str(now), "n", "?"),
    }
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa">]><xml><Encrypt>&a;</Encrypt></xml>'
    calls: list[tuple[dict[str, str], bytes]] = [
        ({}, b""),
        world.pusher.envelope.seal(fields, now - 400),
        ({**query, "msg_signature": "0"}, body),
        foreign.seal(fields, now),
        Envelope("another", CIPHER).seal(fields, now),
        Envelope(TOKEN).seal(fields, now),
        (garbage, document({"Encrypt": "?"})),
        (query, bomb),
        (query, b"<xml>" + b"x" * 40_000),
        world.pusher.envelope.seal({**fields, "OpenKfId": "a b"}, now),
        world.pusher.envelope.seal({**fields, "Token": "t" * 129}, now),
    ]
    answers = [await world.gateway.post(PATH, params=q, content=b) for q, b in calls]
    assert {(a.status_code, a.text) for a in answers} == {(403, answers[0].text)}
    assert await world.inbox.waiting() == []


async def test_a_ring_played_again_brings_nothing_twice(world: KfWorld) -> None:
    async with world.serving():
        world.corp.says(KF, USER, content="你好")
        fields = {
            "ToUserName": CORP,
            "Event": "kf_msg_or_event",
            "Token": world.corp.ring_token,
            "OpenKfId": KF,
        }
        query, body = world.pusher.envelope.seal(fields, int(world.pusher.clock()))
        for _ in range(3):
            assert (await world.gateway.post(PATH, params=query, content=body)).text == "success"
            await world.fetched()
        await world.shown(2)
    assert await world.heard() == ["你好"]


async def test_no_secret_is_logged(world: KfWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="connectors")
    async with world.serving():
        await world.says("你好")
        await world.shown(2)
        world.session.state = State.STAFF
        await world.speak("一")
        while (await world.deliveries.standing(ANNA)).trouble is None:
            continue
    token = str(await world.redis.get(f"yq:wechat:{{{CORP}}}:token"))
    for secret in (SECRET, TOKEN, CIPHER.key, token, USER, "你好"):
        assert secret not in caplog.text
