"""Rasa's action-server protocol, spoken to the real application."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.actions.app import create_app
from bot.actions.memory_answers import MemoryAnswers
from bot.actions.memory_complaints import MemoryComplaints
from bot.actions.ports import Article, Decision, Question
from bot.errors import AnswersUnavailable


class DownAnswers:
    """A knowledge base that cannot be asked."""

    async def decide(self, _: Question) -> Decision:
        """Fail."""
        raise AnswersUnavailable

    async def article(self, _: str) -> Article | None:
        """Fail."""
        raise AnswersUnavailable


async def down() -> bool:
    return False


@pytest.fixture
async def client(answers: MemoryAnswers) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(answers))
    async with httpx.AsyncClient(transport=transport, base_url="http://actions") as client:
        yield client


@pytest.fixture
async def broken() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(DownAnswers(), ready=down))
    async with httpx.AsyncClient(transport=transport, base_url="http://actions") as client:
        yield client


def call(action: str, text: str, intent: str, **slots: Any) -> dict[str, Any]:
    """Return what Rasa 3.6 posts for an action."""
    user = {"event": "user", "text": text}
    tracker = {
        "sender_id": "abc-1",
        "slots": slots,
        "latest_message": {"text": text, "intent": {"name": intent, "confidence": 0.9}},
        "events": [
            {"event": "action", "name": "action_answer"},
            {"event": "action", "name": "action_listen"},
            user,
        ],
    }
    return {"next_action": action, "sender_id": "abc-1", "tracker": tracker, "version": "3.6.21"}


async def test_an_answer_comes_as_payloads_and_slots(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/webhook", json=call("action_answer", "怎么挂失银行卡", "guide_card")
    )
    body = response.json()
    assert response.status_code == 200
    customs = [r["custom"] for r in body["responses"]]
    assert customs[0]["draft"]["text"] == "可以在手机银行挂失。"
    assert customs[1]["result"] == {"route": "answer", "handoff": None, "stage": "service"}
    slots = {e["name"]: e["value"] for e in body["events"] if e["event"] == "slot"}
    assert slots == {
        "last_question": "怎么挂失银行卡",
        "last_topic": "guide_card",
        "last_article": "card-loss",
        "candidates": [{"id": "card-cancel", "title": "怎么注销银行卡"}],
        "asked": "after_answer",
    }


async def test_slots_and_events_give_the_context(client: httpx.AsyncClient) -> None:
    body = call("action_feedback", "好的", "affirm", asked="offer_human", refusals=1.0)
    answer = (await client.post("/webhook", json=body)).json()
    result = answer["responses"][-1]["custom"]["result"]
    assert result["handoff"]["reason"] == "bot_unable"


async def test_a_plain_response_before_closes_the_offer(client: httpx.AsyncClient) -> None:
    body = call("action_feedback", "好的", "affirm", asked="offer_human")
    body["tracker"]["events"][0]["name"] = "utter_thanks"
    answer = (await client.post("/webhook", json=body)).json()
    assert answer["responses"][-1]["custom"]["result"]["handoff"] is None


async def test_escalation(client: httpx.AsyncClient) -> None:
    body = call("action_escalate", "我要投诉", "complaint")
    answer = (await client.post("/webhook", json=body)).json()
    result = answer["responses"][-1]["custom"]["result"]
    assert result["route"] == "complaint"
    assert result["handoff"]["trigger"] == "我要投诉"


async def test_a_deflated_call(client: httpx.AsyncClient) -> None:
    content = zlib.compress(json.dumps(call("action_answer", "银行卡", "guide_card")).encode())
    response = await client.post(
        "/webhook", content=content, headers={"Content-Encoding": "deflate"}
    )
    assert response.json()["responses"][-1]["custom"]["result"]["route"] == "clarify"


async def test_an_unknown_action_is_404(client: httpx.AsyncClient) -> None:
    response = await client.post("/webhook", json=call("action_unknown", "你好", "greet"))
    assert response.status_code == 404
    assert response.json()["action_name"] == "action_unknown"


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b"{}", b'{"next_action": "action_answer"}', b'{"a":' * 9999],
)
async def test_nonsense_is_400(client: httpx.AsyncClient, content: bytes) -> None:
    assert (await client.post("/webhook", content=content)).status_code == 400


async def test_a_failure_is_the_protocol_s_error_and_counted(broken: httpx.AsyncClient) -> None:
    response = await broken.post("/webhook", json=call("action_answer", "存款", "ask_deposit"))
    assert response.status_code == 500
    assert response.json() == {"error": "the action failed", "action_name": "action_answer"}
    metrics = (await broken.get("/metrics")).text
    assert 'yinqiao_action_runs_total{action="action_answer",status="500"} 1.0' in metrics


async def test_health_and_readiness(client: httpx.AsyncClient, broken: httpx.AsyncClient) -> None:
    for path in ("/health", "/healthz", "/readyz"):
        assert (await client.get(path)).status_code == 200
    assert (await broken.get("/healthz")).status_code == 200
    assert (await broken.get("/readyz")).status_code == 503


async def test_the_conversation_and_the_large_text_reach_the_dialogue(
    answers: MemoryAnswers,
) -> None:
    complaints = MemoryComplaints({"abc-1": {"TS20260601-0001": "处理中。"}})
    transport = httpx.ASGITransport(create_app(answers, complaints=complaints))
    async with httpx.AsyncClient(transport=transport, base_url="http://actions") as client:
        asked = call("action_escalate", "TS20260601-0001", "complaint_followup")
        told = await client.post("/webhook", json=asked)
        large = call("action_answer", "不知道的事", "nlu_fallback")
        large["tracker"]["latest_message"]["metadata"] = {"large_text": True}
        called = await client.post("/webhook", json=large)
    drafts = [r["custom"].get("draft", {}).get("text", "") for r in told.json()["responses"]]
    assert drafts[0].startswith("处理中。")
    [*_, last] = called.json()["responses"]
    assert last["custom"]["result"]["handoff"]["reason"] == "elderly"
