"""What the channel's JSON becomes, and what becomes of its failures."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.client import RasaBot
from bot.wire import Result, payloads
from conversation.conversation import Conversation, Customer, Handoff, Owner, Reason, Stage
from conversation.errors import BotUnavailable
from conversation.message import Draft, Kind, Message, Option, Sender, SourceRef
from conversation.turn import Route
from language import terms

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONVERSATION = Conversation("abc-1", Customer("web", "c1"), Owner.BOT, 1, NOW, NOW)
MESSAGE = Message(
    "1-0", "abc-1", Sender.CUSTOMER, Kind.TEXT, "怎么挂失银行卡", data={"large_text": True}
)
ARTICLE = Draft(
    "挂失请拨打 {{hotline}}。\n\n第二段",
    categories=frozenset({"credit_card"}),
    sources=(SourceRef("a1", "标题", "来源", "r1"),),
    options=(Option("转人工", "转人工"),),
)


def answer(messages: list[dict[str, Any]], intent: str = "guide_card") -> dict[str, Any]:
    parse = {"text": "…", "intent": {"name": intent, "confidence": 0.9}, "entities": []}
    return {"messages": messages, "parse": parse, "slots": {}, "failed": not messages}


def custom(drafts: list[Draft], result: Result) -> list[dict[str, Any]]:
    return [{"custom": json.loads(json.dumps(p))} for p in payloads(drafts, result)]


def bot(reply: httpx.Response | Exception, seen: list[Any] | None = None) -> RasaBot:
    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append((request.url.path, json.loads(request.content)))
        if isinstance(reply, Exception):
            raise reply
        return reply

    transport = httpx.MockTransport(handle)
    return RasaBot("http://rasa", 1.0, values=lambda: {"hotline": "95000"}, transport=transport)


async def test_an_action_s_reply_arrives_whole() -> None:
    handoff = Handoff(Reason.FRAUD, "fraud", 1.0, "被骗了", ({"entity": "amount", "value": 5},))
    result = Result(Route.FRAUD, handoff, Stage.SERVICE)
    seen: list[Any] = []
    messages = custom([ARTICLE, Draft("第二条")], result)
    reply = await bot(httpx.Response(200, json=answer(messages, "fraud")), seen).reply(
        CONVERSATION, MESSAGE
    )
    assert reply.route is Route.FRAUD
    assert reply.handoff == handoff
    assert reply.stage is Stage.SERVICE
    assert reply.understanding.intent == "fraud"
    assert reply.understanding.confidence == pytest.approx(0.9)
    first, second = reply.drafts
    assert first.text == "挂失请拨打 95000。\n\n第二段"
    assert first.sources == ARTICLE.sources
    assert first.categories == {"credit_card"}
    assert first.options == ARTICLE.options
    assert second.text == "第二条"
    assert seen == [
        (
            "/webhooks/yinqiao/webhook",
            {
                "sender": "abc-1",
                "message": "怎么挂失银行卡",
                "message_id": "1-0",
                "metadata": {"channel": "web", "large_text": True, "alarmed": False},
            },
        )
    ]


async def test_a_plain_response_is_chit_chat() -> None:
    said = {"text": "您好", "buttons": [{"title": "人工", "payload": "转人工"}]}
    response = httpx.Response(200, json=answer([said], "greet"))
    reply = await bot(response).reply(CONVERSATION, MESSAGE)
    assert reply.route is Route.CHITCHAT
    assert reply.handoff is None
    assert reply.stage is Stage.NEED
    assert reply.drafts == (Draft("您好", Kind.MENU, options=(Option("人工", "转人工"),)),)


ONLY_RESULT = custom([], Result(Route.ANSWER))
UNKNOWN_VALUE = custom([Draft("{{nobody_knows}}")], Result(Route.ANSWER))
UNKNOWN_ROUTE: list[dict[str, Any]] = [
    {"text": "好"},
    {"custom": {"result": {"route": "elsewhere"}}},
]


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, json=answer([])),
        httpx.Response(502, json=answer([])),
        httpx.Response(200, json=answer(ONLY_RESULT)),
        httpx.Response(200, json=answer(UNKNOWN_VALUE)),
        httpx.Response(200, json=answer(UNKNOWN_ROUTE)),
        httpx.Response(200, json={"messages": [{"text": "好"}], "failed": False}),
        httpx.Response(200, json=[]),
        httpx.Response(200, text="<html>"),
        httpx.Response(500),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_every_failure_is_bot_unavailable(reply: httpx.Response | Exception) -> None:
    with pytest.raises(BotUnavailable):
        await bot(reply).reply(CONVERSATION, MESSAGE)


async def test_readiness() -> None:
    ready = bot(httpx.Response(200, json={"status": "ok"}))
    assert await ready.ready()
    assert not await bot(httpx.ConnectError("refused")).ready()
    await ready.aclose()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 3, 14, 15, 59, tzinfo=UTC), "2026-03-13"),
        (datetime(2026, 3, 14, 16, 0, tzinfo=UTC), "2026-03-14"),
    ],
)
async def test_yesterday_is_counted_from_the_bank_s_day(at: datetime, day: str) -> None:
    identifier = f"{int(at.timestamp()) * 1000}-0"
    message = Message(identifier, "abc-1", Sender.CUSTOMER, Kind.TEXT, "昨天被扣了50块")
    handoff = Handoff(Reason.COMPLAINT, "complaint", 1.0, message.text)
    messages = custom([Draft("转接")], Result(Route.COMPLAINT, handoff))
    reply = await bot(httpx.Response(200, json=answer(messages))).reply(CONVERSATION, message)
    assert reply.handoff is not None
    found = {entity["entity"]: entity["normal"] for entity in reply.handoff.entities}
    assert found == {"date": day, "amount": 50.0}


async def test_a_warm_client_loads_nothing_more_at_its_first_reply() -> None:
    terms._ruler.cache_clear()  # noqa: SLF001 - what takes seconds to load
    client = RasaBot("http://127.0.0.1:1")
    await client.warm()
    await client.aclose()
    assert terms._ruler.cache_info().currsize == 1  # noqa: SLF001 - as above
