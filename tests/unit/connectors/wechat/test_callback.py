"""Whatever is wrong with a call, it is refused in one way."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from connectors.wechat.callback import Callback
from connectors.wechat.cipher import MessageCipher, sign
from connectors.wechat.errors import BadCallback
from connectors.wechat.fake.pushing import Envelope
from connectors.wechat.push import MAX_BODY, document, fields_of, push_of

NOW = 1_700_000_000
CIPHER = MessageCipher("wx1", "A" * 43)
FIELDS = {
    "ToUserName": "gh_1",
    "FromUserName": "o-1",
    "CreateTime": str(NOW),
    "MsgType": "text",
    "MsgId": "1",
    "Content": "你好 ]]> <b>&amp;",
}
Sealed = tuple[dict[str, str], bytes]
PLAIN, SECURE = Envelope("t"), Envelope("t", CIPHER)


def callback(cipher: MessageCipher | None, now: float = NOW) -> Callback:
    return Callback("t", cipher, clock=lambda: now)


@pytest.mark.parametrize(
    ("envelope", "cipher"),
    [(PLAIN, None), (SECURE, CIPHER), (Envelope("t", CIPHER, compatible=True), CIPHER)],
)
def test_all_three_modes_are_read(envelope: Envelope, cipher: MessageCipher | None) -> None:
    push = callback(cipher).open(*envelope.seal(FIELDS, NOW))
    assert (push.open_id, push.kind, push.id) == ("o-1", "text", "1")
    assert push.fields["Content"] == FIELDS["Content"]


def test_the_address_is_verified() -> None:
    query = {"timestamp": str(NOW), "nonce": "n", "echostr": "e"}
    query["signature"] = sign("t", str(NOW), "n")
    assert callback(CIPHER).verify(query) == "e"
    with pytest.raises(BadCallback):
        callback(CIPHER).verify({**query, "nonce": "m"})


def test_json_of_mini_programs_is_read() -> None:
    body = json.dumps({**FIELDS, "CreateTime": NOW, "MsgId": 1}).encode()
    assert push_of(fields_of(body)).at == NOW


def _forged(sealed: Sealed) -> Sealed:
    return {**sealed[0], "msg_signature": "0" * 40}, sealed[1]


def _swapped(sealed: Sealed) -> Sealed:
    return sealed[0], SECURE.seal({**FIELDS, "Content": "转账"}, NOW)[1]


def _unencrypted(_: Sealed) -> Sealed:
    return PLAIN.seal(FIELDS, NOW)


def _nothing(_: Sealed) -> Sealed:
    return {}, b""


@pytest.mark.parametrize("spoil", [_forged, _swapped, _unencrypted, _nothing])
def test_forgeries_are_refused(spoil: Callable[[Sealed], Sealed]) -> None:
    with pytest.raises(BadCallback):
        callback(CIPHER).open(*spoil(SECURE.seal(FIELDS, NOW)))


def test_another_account_is_refused() -> None:
    other = Envelope("t", MessageCipher("wx2", "A" * 43))
    with pytest.raises(BadCallback):
        callback(CIPHER).open(*other.seal(FIELDS, NOW))


@pytest.mark.parametrize("now", [NOW + 301, NOW - 301])
def test_a_call_of_another_time_is_refused(now: float) -> None:
    with pytest.raises(BadCallback):
        callback(CIPHER, now).open(*SECURE.seal(FIELDS, NOW))


_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
_OUTSIDE = (
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>'
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml",
        b"\xff\xfe",
        b"<?xml version='1.0' encoding='nonsense'?><xml/>",
        b"<!DOCTYPE x><xml/>",
        _BOMB,
        _OUTSIDE,
        b"{" * 9000,
        b"{}x",
        b"<xml>" + b" " * MAX_BODY + b"</xml>",
        document({**FIELDS, "FromUserName": "a b"}),
        document({**FIELDS, "FromUserName": "x" * 65}),
        document({**FIELDS, "CreateTime": "soon"}),
        document({**FIELDS, "MsgId": "1; DEL"}),
        document({**FIELDS, "MsgId": ""}),
    ],
)
def test_unreadable_documents_are_refused(body: bytes) -> None:
    query, _ = PLAIN.seal(FIELDS, NOW)
    with pytest.raises(BadCallback):
        callback(None).open(query, body)


def test_events_are_told_apart_by_who_when_and_what() -> None:
    event = {n: t for n, t in FIELDS.items() if n != "MsgId"} | {
        "MsgType": "event",
        "Event": "CLICK",
        "EventKey": "a",
    }
    same = push_of(event).client_id
    assert push_of(dict(event)).client_id == same
    others = [{**event, "EventKey": "b"}, {**event, "Event": "VIEW"}, {**event, "CreateTime": "1"}]
    assert len({same, *(push_of(other).client_id for other in others)}) == 4
