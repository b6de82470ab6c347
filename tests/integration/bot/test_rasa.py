"""The bot as the core sees it: client, Rasa, action server and tracker store together."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import pytest
from redis import Redis

from bot.client import RasaBot
from conversation.conversation import Conversation, Customer, Owner, Reason, Stage
from conversation.errors import BotUnavailable
from conversation.message import Kind, Message, Sender
from conversation.turn import BotReply, Route
from tests.integration.bot.servers import BROKEN, ActionServer, ValkeyServer

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Talk:
    """One conversation with the bot."""

    bot: RasaBot
    id: str = field(default_factory=lambda: f"{uuid.uuid4().hex[:16]}-1")
    ids: count[int] = field(default_factory=lambda: count(1))

    async def say(self, text: str, message_id: str | None = None) -> BotReply:
        """Send a message."""
        conversation = Conversation(self.id, Customer("web", "c"), Owner.BOT, 1, NOW, NOW)
        message_id = message_id or f"{next(self.ids)}-0"
        message = Message(message_id, self.id, Sender.CUSTOMER, Kind.TEXT, text)
        return await self.bot.reply(conversation, message)


@pytest.fixture
def talk(bot: RasaBot) -> Talk:
    return Talk(bot)


def stored(valkey: ValkeyServer, conversation: str) -> list[dict[str, Any]]:
    """Return the events of a stored tracker."""
    with Redis(port=valkey.port, decode_responses=True) as client:
        record = client.get(f"yq:{{{conversation}}}:tracker")
        assert isinstance(record, str)
        assert 0 < client.ttl(f"yq:{{{conversation}}}:tracker") <= 7 * 86_400
    events: list[dict[str, Any]] = json.loads(record)
    return events


async def test_it_greets_as_the_machine_that_it_is(talk: Talk) -> None:
    reply = await talk.say("你好")
    assert reply.route is Route.CHITCHAT
    assert reply.stage is Stage.NEED
    assert reply.understanding.intent == "greet"
    assert "示例银行的智能客服（机器人）" in reply.drafts[0].text
    assert "转人工" in [option.text for option in reply.drafts[0].options]


async def test_it_answers_verbatim_with_source_and_category(talk: Talk) -> None:
    reply = await talk.say("怎么挂失银行卡")
    assert reply.route is Route.ANSWER
    assert reply.understanding.intent == "guide_card"
    draft = reply.drafts[0]
    # A blank line inside an article does not split it into two messages.
    assert draft.text == "第一步，打开手机银行。\n\n第二步，选择挂失。"
    assert draft.sources[0].id == "card-loss"
    assert draft.categories == {"credit_card"}


async def test_it_remembers_the_question_and_fills_in_values(talk: Talk) -> None:
    await talk.say("怎么挂失银行卡")
    reply = await talk.say("那要收费吗")
    assert reply.drafts[0].text == "收费以公示为准，客服热线 95000。"


async def test_it_asks_back_and_takes_a_number(talk: Talk) -> None:
    assert (await talk.say("卡的事情")).route is Route.CLARIFY
    assert (await talk.say("2")).drafts[0].text == "请到网点注销。"


async def test_it_refuses_and_then_calls_a_person(talk: Talk) -> None:
    replies = [await talk.say(f"你们的理财产品{word}怎么样") for word in ("甲", "乙", "丙")]
    assert [r.route for r in replies] == [Route.REFUSE, Route.REFUSE, Route.HUMAN]
    assert replies[2].handoff is not None
    assert replies[2].handoff.reason is Reason.BOT_UNABLE


@pytest.mark.parametrize(
    ("text", "route", "reason"),
    [
        ("我要投诉你们，乱扣我的钱", Route.COMPLAINT, Reason.COMPLAINT),
        ("帮我转五千块给我儿子", Route.TRANSACTION, Reason.TRANSACTION),
        ("我被骗了，钱已经转给对方了", Route.FRAUD, Reason.FRAUD),
        ("转人工", Route.HUMAN, Reason.HUMAN),
        ("rengong", Route.HUMAN, Reason.HUMAN),
        ("人工", Route.HUMAN, Reason.HUMAN),
    ],
)
async def test_escalations_reach_a_person(
    talk: Talk, text: str, route: Route, reason: Reason
) -> None:
    reply = await talk.say(text)
    assert reply.route is route
    assert reply.handoff is not None
    assert reply.handoff.reason is reason
    assert reply.handoff.trigger == text


@pytest.mark.parametrize("text", ["怎么投诉", "转账限额是多少", "怎么防止被骗"])
async def test_guidance_is_not_escalated(talk: Talk, text: str) -> None:
    assert (await talk.say(text)).handoff is None


@pytest.mark.parametrize("text", ["/restart", "/session_start", "/complaint{}"])
async def test_a_command_of_rasa_s_is_only_a_text(talk: Talk, text: str) -> None:
    reply = await talk.say(text)
    # A command would have been understood without any doubt.
    assert reply.understanding.confidence < 1.0
    assert reply.drafts


async def test_a_scream_is_answered_by_whomever(talk: Talk) -> None:
    assert (await talk.say("啊" * 5000)).drafts


@pytest.mark.parametrize("text", ["😀😀", "？？？", "ㅤ", "𠮷"])
async def test_odd_texts_get_an_answer(talk: Talk, text: str) -> None:
    reply = await talk.say(text)
    assert reply.drafts
    assert reply.handoff is None


async def test_the_same_message_is_answered_once(talk: Talk, valkey: ValkeyServer) -> None:
    await talk.say("你好")
    first = await talk.say("卡的事情", "7-0")
    before = stored(valkey, talk.id)
    again = await talk.say("卡的事情", "7-0")
    # A second turn would not have asked back again.
    assert again == first
    assert again.route is Route.CLARIFY
    assert stored(valkey, talk.id) == before


async def test_a_failed_action_is_a_failed_turn_that_leaves_no_trace(
    talk: Talk, valkey: ValkeyServer
) -> None:
    await talk.say("怎么挂失银行卡")
    before = stored(valkey, talk.id)
    with pytest.raises(BotUnavailable):
        await talk.say(BROKEN)
    assert stored(valkey, talk.id) == before
    assert (await talk.say("那要收费吗")).route is Route.ANSWER


async def test_a_dead_action_server_is_never_silence(talk: Talk, actions: ActionServer) -> None:
    actions.stop()
    try:
        with pytest.raises(BotUnavailable):
            await talk.say("怎么挂失银行卡", "1-0")
    finally:
        actions.start()
    assert (await talk.say("怎么挂失银行卡", "1-0")).route is Route.ANSWER


async def test_a_turn_that_cannot_be_stored_fails(talk: Talk, valkey: ValkeyServer) -> None:
    await talk.say("怎么挂失银行卡", "1-0")
    valkey.stop()
    try:
        with pytest.raises(BotUnavailable):
            await talk.say("你好", "2-0")
    finally:
        valkey.start()
    assert (await talk.say("那要收费吗", "3-0")).route is Route.ANSWER


async def test_the_tracker_does_not_grow_and_keeps_its_slots(
    talk: Talk, valkey: ValkeyServer
) -> None:
    await talk.say("怎么挂失银行卡")
    sizes = []
    for _ in range(30):
        await talk.say("谢谢")
        events = stored(valkey, talk.id)
        sizes.append(len(json.dumps(events)))
        assert len(events) <= 50
    assert max(sizes[-10:]) < 1.1 * max(sizes[10:20])
    # The question is long out of the window, its slot is not.
    assert not any(e["event"] == "user" and e["text"] == "怎么挂失银行卡" for e in events)
    assert (await talk.say("那要收费吗")).drafts[0].text.startswith("收费以公示为准")


@pytest.mark.parametrize(
    "body", [None, [], {}, {"sender": "a"}, {"sender": "a", "message": " "}, {"message": "你好"}]
)
async def test_the_channel_refuses_what_is_no_message(rasa_url: str, body: Any) -> None:
    async with httpx.AsyncClient(base_url=rasa_url) as client:
        response = await client.post("/webhooks/yinqiao/webhook", json=body)
    assert response.status_code == 400


async def test_the_channel_s_answer_carries_the_parse(rasa_url: str) -> None:
    body = {"sender": uuid.uuid4().hex, "message": "怎么挂失银行卡", "message_id": "1-0"}
    async with httpx.AsyncClient(base_url=rasa_url) as client:
        answer = (await client.post("/webhooks/yinqiao/webhook", json=body)).json()
    assert answer["failed"] is False
    assert answer["parse"]["text"] == "怎么挂失银行卡"
    assert answer["parse"]["intent"]["name"] == "guide_card"
    assert len(answer["parse"]["intent_ranking"]) == 5
    assert answer["slots"]["last_article"] == "card-loss"


@pytest.mark.parametrize("path", ["/model", "/conversations/a/tracker", "/domain", "/status"])
async def test_rasa_s_own_api_is_off(rasa_url: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=rasa_url) as client:
        assert (await client.get(path)).status_code == 404


async def test_after_a_fraud_no_transfer_is_explained_in_this_conversation(talk: Talk) -> None:
    # Whoever owned it meanwhile: the tracker sees no change of owner, only the next message.
    warned = await talk.say("我刚被骗了5000块")
    assert warned.route is Route.FRAUD
    held = await talk.say("怎么转账")
    assert held.route is Route.REFUSE
    assert "不再提供转账" in held.drafts[0].text
    await talk.say("谢谢")
    assert (await talk.say("怎么转账")).drafts == held.drafts


async def test_a_fraud_that_was_told_to_a_person_holds_the_same(rasa_url: str) -> None:
    async def say(number: int, *, alarmed: bool) -> str:
        body = {
            "sender": sender,
            "message": "怎么转账",
            "message_id": f"{number}-0",
            "metadata": {"channel": "web", "alarmed": alarmed},
        }
        answer = (await client.post("/webhooks/yinqiao/webhook", json=body)).json()
        return json.dumps(answer["messages"], ensure_ascii=False)

    sender = uuid.uuid4().hex
    async with httpx.AsyncClient(base_url=rasa_url) as client:
        assert "不再提供转账" not in await say(1, alarmed=False)
        assert "不再提供转账" in await say(2, alarmed=True)
