"""The web protocol, over the real application."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from connectors.outbox import Status
from connectors.web.tokens import Scope, Tokens
from connectors.web.wire import state_out
from conversation.conversation import Owner
from conversation.errors import StoreUnavailable
from conversation.memory import MemoryConversations
from conversation.ports import Place
from conversation.utterances import Utterances
from tests.unit.connectors.conftest import SECRET
from tests.unit.conversation.doubles import Bench

GREETING = Utterances.load().text("greeting")


def hello(line: WebSocketTestSession, token: str, after: str | None = None) -> None:
    line.send_json({"type": "hello", "token": token, "after": after})


def until(line: WebSocketTestSession, kind: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = line.receive_json()
        if frame["type"] == kind:
            return frame


def test_a_new_visitor_is_greeted_once(client: TestClient, bearer: dict[str, str]) -> None:
    for _ in range(2):
        answer = client.get("/api/messages", headers=bearer).json()
        assert [m["text"] for m in answer["messages"]] == [GREETING]
        assert answer["state"]["owner"] == "bot"


def test_a_message_is_accepted_once(client: TestClient, bearer: dict[str, str]) -> None:
    body = {"client_id": "c1", "text": "你好"}
    first, second = (client.post("/api/messages", json=body, headers=bearer) for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    messages = client.get("/api/messages", headers=bearer).json()["messages"]
    assert [m["client_id"] for m in messages if m["sender"] == "customer"] == ["c1"]


def test_reading_goes_on_from_a_cursor(client: TestClient, bearer: dict[str, str]) -> None:
    for number in range(3):
        client.post(
            "/api/messages", json={"client_id": f"c{number}", "text": "你好"}, headers=bearer
        )
    messages = client.get("/api/messages", headers=bearer).json()["messages"]
    rest = client.get(
        "/api/messages", params={"after": messages[0]["cursor"]}, headers=bearer
    ).json()["messages"]
    assert rest == messages[1:]


def test_the_stream_carries_both_ways_and_resumes(client: TestClient, token: str) -> None:
    with client.websocket_connect("/api/stream") as line:
        hello(line, token)
        assert line.receive_json()["type"] == "ready"
        greeting = until(line, "message")["message"]
        assert (greeting["text"], greeting["sender"]) == (GREETING, "bot")
        line.send_json({"type": "ping"})
        until(line, "pong")
        line.send_json({"type": "send", "client_id": "c1", "text": "你好"})
        cursor = until(line, "accepted")["cursor"]
    with client.websocket_connect("/api/stream") as line:
        hello(line, token, greeting["cursor"])
        missed = until(line, "message")["message"]
        assert (missed["client_id"], missed["cursor"]) == ("c1", cursor)
        assert until(line, "state")["state"]["busy"]
    with client.websocket_connect("/api/stream") as line:
        hello(line, token, cursor)
        assert line.receive_json()["state"]["busy"]


def test_only_a_diagnosis_sees_turns(client: TestClient, bench: Bench) -> None:
    token = Tokens(SECRET).issue(scope=Scope.DIAGNOSE)
    with client.websocket_connect("/api/stream") as line:
        hello(line, token)
        line.send_json({"type": "send", "client_id": "c1", "text": "我要投诉"})
        cursor = until(line, "accepted")["cursor"]
        assert client.portal
        tickets = bench.turns.take()
        client.portal.call(bench.worker.work, client.portal.call(tickets.__anext__))
        turn = until(line, "turn")["turn"]
        assert (turn["reply_to"], turn["route"], turn["intent"]) == (
            cursor,
            "complaint",
            "complaint",
        )
        while (handoff := until(line, "handoff"))["handoff"] is None:
            pass
        assert handoff["handoff"] == {
            "reason": "complaint",
            "priority": 1,
            "group": "general",
            "position": 1,
        }


def test_leaving_the_queue_gives_the_bot_back(
    client: TestClient, bearer: dict[str, str], bench: Bench
) -> None:
    client.post("/api/messages", json={"client_id": "c", "text": "投诉"}, headers=bearer)
    assert client.portal
    tickets = bench.turns.take()
    client.portal.call(bench.worker.work, client.portal.call(tickets.__anext__))
    assert client.get("/api/messages", headers=bearer).json()["state"]["position"] == 1
    assert client.post("/api/leave-queue", headers=bearer).status_code == 204
    answer = client.get("/api/messages", headers=bearer).json()
    assert answer["state"]["owner"] == "bot"
    assert answer["messages"][-1]["text"] == Utterances.load().text("left_queue")
    assert client.post("/api/leave-queue", headers=bearer).status_code == 204


def test_large_text_is_noted_with_the_message(
    client: TestClient, token: str, bearer: dict[str, str], bench: Bench
) -> None:
    body = {"client_id": "c1", "text": "你好", "large_text": True}
    assert client.post("/api/messages", json=body, headers=bearer).status_code == 202
    with client.websocket_connect("/api/stream") as line:
        hello(line, token)
        line.send_json({"type": "send", "client_id": "c2", "text": "好", "large_text": True})
        line.send_json({"type": "send", "client_id": "c3", "text": "嗯"})
        until(line, "accepted")
        until(line, "accepted")
    visitor = Tokens(SECRET).verify(token).customer
    assert client.portal
    log = client.portal.call(bench.store.log, f"{visitor.key}-1")
    noted = {m.client_id: m.data.get("large_text", False) for m in log if m.client_id}
    assert noted == {"c1": True, "c2": True, "c3": False}


def test_who_waits_sees_place_estimate_and_hours() -> None:
    opens = datetime(2026, 6, 2, 8, tzinfo=UTC)
    place = Place("general", 4, 2, opens, timedelta(seconds=100))
    state = state_out(Status(Owner.QUEUE, place=place))
    assert (state.position, state.wait_minutes, state.opens) == (2, 2, opens.isoformat())
    unknown = state_out(Status(Owner.QUEUE, place=Place("general", 4, 1)))
    assert (unknown.wait_minutes, unknown.opens) == (None, None)


@pytest.mark.parametrize(
    ("body", "status", "code", "fields"),
    [
        ({"client_id": "c", "text": ""}, 422, "bad_text", ["text"]),
        ({"client_id": "c", "text": "长" * 3000}, 422, "text_too_long", ["text"]),
        ({"client_id": "", "text": "你好"}, 422, "invalid_request", ["client_id"]),
        ({"client_id": "c"}, 422, "invalid_request", ["text"]),
        ({"client_id": "c", "text": 5}, 422, "invalid_request", ["text"]),
        ({"client_id": "c", "text": "你好", "owner": "bot"}, 422, "invalid_request", ["owner"]),
        ([], 422, "invalid_request", [""]),
        ({"client_id": "c", "text": "x" * 100_000}, 413, "too_large", []),
    ],
)
def test_bad_messages_are_named(
    client: TestClient,
    bearer: dict[str, str],
    body: object,
    status: int,
    code: str,
    fields: list[str],
) -> None:
    answer = client.post("/api/messages", json=body, headers=bearer)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["fields"]) == (status, code, fields)
    assert error["message"]


def test_invalid_json_is_named(client: TestClient, bearer: dict[str, str]) -> None:
    answer = client.post("/api/messages", content=b"{not json", headers=bearer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}]
)
def test_no_token_no_conversation(client: TestClient, header: dict[str, str]) -> None:
    for answer in (
        client.get("/api/messages", headers=header),
        client.post("/api/messages", json={"client_id": "c", "text": "x"}, headers=header),
        client.post("/api/leave-queue", headers=header),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "bad_token")


def test_a_bad_cursor_is_named(client: TestClient, bearer: dict[str, str]) -> None:
    answer = client.get("/api/messages", params={"after": "nonsense"}, headers=bearer)
    assert (answer.status_code, answer.json()["error"]["fields"]) == (422, ["after"])


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        "[]",
        json.dumps({"type": "hello"}),
        json.dumps({"type": "hello", "token": "x"}),
        json.dumps({"type": "send", "client_id": "c", "text": "你好"}),
    ],
)
def test_a_stream_without_a_good_hello_is_refused(client: TestClient, frame: str) -> None:
    with client.websocket_connect("/api/stream") as line:
        line.send_text(frame)
        assert line.receive_json()["error"]["code"] == "bad_token"
        with pytest.raises(WebSocketDisconnect):
            line.receive_json()


@pytest.mark.parametrize("frame", ["nonsense", "[]", '{"type":"other"}', '{"type":"send"}'])
def test_a_bad_frame_is_named_and_the_line_stays(
    client: TestClient, token: str, frame: str
) -> None:
    with client.websocket_connect("/api/stream") as line:
        hello(line, token)
        line.send_text(frame)
        assert until(line, "error")["error"]["code"] == "invalid_request"
        line.send_json({"type": "ping"})
        until(line, "pong")


def test_only_known_pages_may_open_a_stream(client: TestClient, token: str) -> None:
    for origin in ("http://testserver", "https://bank.example"):
        with client.websocket_connect("/api/stream", headers={"origin": origin}) as line:
            hello(line, token)
            assert line.receive_json()["type"] == "ready"
    with client.websocket_connect(
        "/api/stream", headers={"origin": "https://evil.example"}
    ) as line:
        assert line.receive_json()["error"]["code"] == "unknown_origin"


def test_a_dead_store_is_503_with_retry_after(
    client: TestClient, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dead(*_: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(MemoryConversations, "accept", dead)
    answer = client.post("/api/messages", json={"client_id": "c", "text": "x"}, headers=bearer)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]


def test_what_does_not_exist_is_said_in_the_same_shape(client: TestClient) -> None:
    assert client.get("/nowhere").json()["error"]["code"] == "http_404"
    assert client.put("/api/session", json={}).json()["error"]["code"] == "http_405"


def test_operations(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"parts": {"store": True}}
    assert b"python_info" in client.get("/metrics").content
