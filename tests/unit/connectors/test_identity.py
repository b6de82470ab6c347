"""The bank's word for who a customer is: believed once, for a short time, and from known keys."""

from __future__ import annotations

import asyncio
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from jwt.algorithms import HMACAlgorithm, OKPAlgorithm

from connectors.errors import BadIdentity
from connectors.identity import BadKeys, Identities, Keys, masked
from connectors.memory import MemoryOnce
from connectors.web.app import create_gateway
from connectors.web.context import WebContext

SECRET = "s" * 32
K = "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M"
ED = Ed25519PrivateKey.generate()


def _jwk(kid: str, key: Any) -> dict[str, Any]:
    algorithm: Any = HMACAlgorithm if isinstance(key, str) else OKPAlgorithm
    return {**json.loads(algorithm.to_jwk(key)), "kid": kid}


def _write(path: Path, **keys: Any) -> None:
    path.write_text(json.dumps({"keys": [_jwk(kid, key) for kid, key in keys.items()]}), "utf-8")
    # A file system may tell no two writes in a tick apart.
    moment = time.time_ns() + len(keys)
    os.utime(path, ns=(moment, moment))


def _token(kid: str | None = "shared", key: Any = SECRET, **changed: Any) -> str:
    now = int(time.time())
    claims = {"sub": "C-1", "aud": "yinqiao", "iat": now, "exp": now + 60}
    claims |= {"jti": os.urandom(8).hex(), **changed}
    claims = {name: value for name, value in claims.items() if value is not None}
    algorithm = "HS256" if isinstance(key, str) else "EdDSA"
    return jwt.encode(claims, key, algorithm, {"kid": kid} if kid else None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a key set with a shared secret and a public key."""
    path = tmp_path / "keys.json"
    _write(path, shared=SECRET, site=ED.public_key())
    return path


@pytest.fixture
def identities(path: Path) -> Identities:
    """Return who reads tokens of those keys."""
    return Identities(Keys.open(path), "yinqiao", MemoryOnce())


@pytest.mark.parametrize(("kid", "key"), [("shared", SECRET), ("site", ED)])
async def test_both_kinds_of_key_are_believed(identities: Identities, kid: str, key: Any) -> None:
    identity = await identities.verify(_token(kid, key, name="王小明"))
    assert (identity.id, identity.name) == ("C-1", "王**")


async def test_a_token_is_good_once(identities: Identities) -> None:
    token = _token()
    await identities.verify(token)
    with pytest.raises(BadIdentity):
        await identities.verify(token)


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "other"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 3660},
        {"iat": None},
        {"jti": None},
        {"jti": ""},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 129},
        {"kid": "unknown"},
        {"kid": None},
        {"key": "another secret, also 32 bytes long"},
        {"kid": "site", "key": SECRET},
        {"kid": "shared", "key": ED},
    ],
)
async def test_whatever_is_wrong_is_refused(identities: Identities, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadIdentity):
        await identities.verify(_token(**wrong))


@pytest.mark.parametrize("token", ["", "x.y.z", _token()[:-3] + "abc"])
async def test_garbage_is_refused(identities: Identities, token: str) -> None:
    with pytest.raises(BadIdentity):
        await identities.verify(token)


async def test_no_token_chooses_its_algorithm(identities: Identities) -> None:
    """A public key must not become a shared secret, and "none" is no signature."""
    unsigned = jwt.encode({"sub": "C-1"}, "", "none", {"kid": "shared"})
    public = ED.public_key().public_bytes_raw().hex()
    for token in (unsigned, _token("site", public)):
        with pytest.raises(BadIdentity):
            await identities.verify(token)


async def test_keys_change_without_a_restart(identities: Identities, path: Path) -> None:
    fresh = "f" * 32
    with pytest.raises(BadIdentity):
        await identities.verify(_token("next", fresh))
    _write(path, shared=SECRET, next=fresh)
    await identities.verify(_token("next", fresh))
    await identities.verify(_token())
    _write(path, next=fresh)
    with pytest.raises(BadIdentity):
        await identities.verify(_token())


async def test_a_broken_file_leaves_the_former_keys(identities: Identities, path: Path) -> None:
    await asyncio.to_thread(path.write_text, "{", "utf-8")
    await identities.verify(_token())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"keys": [{}]}',
        '{"keys": [{"kty": "oct", "k": "c2hvcnQ", "kid": "a"}]}',
        f'{{"keys": [{{"kty": "oct", "k": "{K}"}}]}}',
        f'{{"keys": [{{"kty": "oct", "alg": "HS512", "kid": "a", "k": "{K}"}}]}}',
    ],
)
def test_unusable_keys_are_named_at_the_start(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(BadKeys):
        Keys.open(path)
    path.unlink()
    with pytest.raises(BadKeys):
        Keys.open(path)


def test_names_are_masked() -> None:
    assert [masked(name) for name in ("王小明", "李雷", " 欧阳娜娜 ", "王", "")] == [
        *("王**", "李*", "欧**", "王", "")
    ]


@pytest.fixture
def known(context: WebContext, identities: Identities) -> TestClient:
    """Return a client of a gateway that believes these keys."""

    async def ready() -> dict[str, bool]:
        return {"store": True}

    return TestClient(create_gateway(replace(context, identities=identities), ready))


def _session(client: TestClient, **wish: str | None) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/api/session", json=wish).json()
    return answer


def _texts(client: TestClient, token: str) -> list[str]:
    answer = client.get("/api/messages", headers={"Authorization": f"Bearer {token}"})
    return [message["text"] for message in answer.json()["messages"]]


def test_a_known_customer_finds_their_history_on_any_device(
    known: TestClient, context: WebContext
) -> None:
    with known as client:
        first = _session(client, identity=_token(name="王小明"))
        assert first["identified"]
        assert first["expires_in"] == 3600
        who = context.tokens.verify(first["token"]).customer
        assert (who.channel, who.id, who.profile) == ("bank", "C-1", {"name": "王**"})
        client.post(
            "/api/messages",
            json={"client_id": "c", "text": "我的问题"},
            headers={"Authorization": f"Bearer {first['token']}"},
        )
        assert "我的问题" in _texts(client, _session(client, identity=_token())["token"])
        for other in (_session(client), _session(client, identity=_token(sub="C-2"))):
            assert "我的问题" not in _texts(client, other["token"])


def test_only_the_banks_word_keeps_a_customer_known(known: TestClient, context: WebContext) -> None:
    with known as client:
        token = _session(client, identity=_token())["token"]
        renewed = _session(client, token=token)
        assert not renewed["identified"]
        assert context.tokens.verify(renewed["token"]).channel == "web"


@pytest.mark.parametrize("believing", [True, False])
def test_a_word_that_cannot_be_believed_makes_nobody(
    known: TestClient, client: TestClient, *, believing: bool
) -> None:
    with known as believer:
        asked = believer if believing else client
        answer = asked.post("/api/session", json={"identity": _token(aud="other")})
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "bad_identity")
