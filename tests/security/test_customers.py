"""What a customer may reach: their own conversation, with our token, from our own pages."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.security.conftest import House
from yinqiao.settings import Settings

_ORDINARY = {"aud": "yinqiao-web", "scope": "customer"}


def call(house: House, token: str, method: str, path: str, **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}".strip()}
    return house.clients["nobody"].request(method, house.gateway + path, headers=headers, **more)


def say(house: House, token: str, text: str) -> str:
    body = {"client_id": uuid.uuid4().hex, "text": text}
    return str(call(house, token, "POST", "/api/messages", json=body).json()["cursor"])


@contextmanager
def line(house: House, origin: str | None = None) -> Iterator[Connection]:
    address = house.gateway.replace("http", "ws") + "/api/stream"
    with connect(address, origin=origin, proxy=None) as opened:  # type: ignore[arg-type]
        yield opened


def hello(socket: Connection, token: str, after: str | None = None) -> dict[str, Any]:
    socket.send(json.dumps({"type": "hello", "token": token, "after": after}))
    frame: dict[str, Any] = json.loads(socket.recv(timeout=20))
    return frame


def forged(house: House) -> dict[str, str]:
    """Return tokens that are almost right."""
    secret = Settings(var=house.var).secret()
    later = datetime.now(UTC) + timedelta(hours=1)
    claims = {"sub": "somebody", "exp": later, **_ORDINARY}
    good = jwt.encode(claims, secret, "HS256")
    return {
        "empty": "",
        "no token": "x",
        "another key": jwt.encode(claims, "k" * 48, "HS256"),
        "no algorithm": jwt.encode(claims, "", "none"),
        "another algorithm": jwt.encode(claims, secret * 2, "HS512"),
        "expired": jwt.encode({**claims, "exp": datetime.now(UTC) - timedelta(1)}, secret, "HS256"),
        "no expiry": jwt.encode({"sub": "somebody", **_ORDINARY}, secret, "HS256"),
        "another audience": jwt.encode({**claims, "aud": "desk"}, secret, "HS256"),
        "another scope": jwt.encode({**claims, "scope": "agent"}, secret, "HS256"),
        "cut": good[:-4],
        "another body": ".".join(
            (good.split(".")[0], good.split(".")[1][:-2] + "fQ", good.split(".")[2])
        ),
    }


def test_a_customer_reads_only_their_own(house: House) -> None:
    wang, li = house.visitor(), house.visitor()
    cursor = say(house, wang, "王先生的话")
    say(house, li, "李女士的话")
    for after in (None, cursor, "1:0-0", "0:0-0", "1:0-1"):
        params = {"after": after} if after else {}
        answer = call(house, li, "GET", "/api/messages", params=params)
        assert "王先生" not in answer.text
    assert "王先生" in call(house, wang, "GET", "/api/messages").text


def test_another_s_cursor_opens_nothing_on_the_line(house: House) -> None:
    wang, li = house.visitor(), house.visitor()
    cursor = say(house, wang, "王先生的话")
    say(house, li, "李女士的话")
    with line(house) as socket:
        frames = [hello(socket, li, "1:0-0")]
        while "李女士" not in str(frames[-1]):
            frames.append(json.loads(socket.recv(timeout=20)))
    assert "王先生" not in str(frames)
    with line(house) as socket:
        assert hello(socket, li, cursor)["type"] in {"ready", "error"}


def test_no_body_names_another_customer(house: House) -> None:
    body = {"client_id": "c", "text": "你好", "sub": "somebody", "customer": "web:somebody"}
    answer = call(house, house.visitor(), "POST", "/api/messages", json=body)
    assert answer.status_code == 422


def test_a_forged_token_is_refused_everywhere(house: House) -> None:
    for name, token in forged(house).items():
        said = {"client_id": "c", "text": "你好"}
        answers = (
            call(house, token, "GET", "/api/messages"),
            call(house, token, "POST", "/api/messages", json=said),
            call(house, token, "POST", "/api/leave-queue"),
        )
        assert [each.status_code for each in answers] == [401] * 3, name
        with line(house) as socket:
            assert hello(socket, token)["error"]["code"] == "bad_token", name
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=20)


def test_a_forged_token_renews_to_a_stranger(house: House) -> None:
    for token in forged(house).values():
        answer = house.clients["nobody"].post(f"{house.gateway}/api/session", json={"token": token})
        renewed = jwt.decode(answer.json()["token"], options={"verify_signature": False})
        assert renewed["sub"] != "somebody"
        assert renewed["scope"] == "customer"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"]
)
def test_a_page_of_another_site_opens_no_line(house: House, origin: str) -> None:
    with line(house, origin) as socket:
        assert json.loads(socket.recv(timeout=20))["error"]["code"] == "unknown_origin"
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)


def test_our_own_page_opens_one(house: House) -> None:
    with line(house, house.gateway) as socket:
        assert hello(socket, house.visitor())["type"] == "ready"
