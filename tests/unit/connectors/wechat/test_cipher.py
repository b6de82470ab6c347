"""Signature and cipher against values that others have published."""

from __future__ import annotations

import base64

import pytest

from connectors.wechat.cipher import MessageCipher, check_signature, sign
from connectors.wechat.errors import BadCallback

# The example of WeChat's page on message pushes.
TOKEN, KEY, APP = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
OTHER = "b" * 42 + "A"


@pytest.mark.parametrize(
    ("parts", "head", "tail"),
    [
        (("1714036504", "1514711492"), "f464b24f", "1696"),
        (("1714037059", "486452656"), "899cf89e", "aa78"),
    ],
)
def test_signatures_are_wechats(parts: tuple[str, str], head: str, tail: str) -> None:
    signature = sign(TOKEN, *parts)
    assert signature.startswith(head)
    assert signature.endswith(tail)


def test_a_reply_is_encrypted_as_wechat_does() -> None:
    message = b'{"demo_resp":"good luck"}'
    encrypted = MessageCipher(APP, KEY).encrypt(message, random=b"707722b803182950")
    assert encrypted.startswith("ELGduP2Y")
    assert encrypted.endswith("mxSQ==")
    signature = sign(TOKEN, "1713424427", "415670741", encrypted)
    assert (signature[:8], signature[-4:]) == ("1b933996", "dea1")
    assert MessageCipher(APP, KEY).decrypt(encrypted) == message


@pytest.mark.parametrize("size", [0, 1, 10, 11, 12, 27, 28, 31, 32, 33, 4000])
def test_every_length_comes_back(size: int) -> None:
    cipher = MessageCipher(APP, KEY)
    assert cipher.decrypt(cipher.encrypt(b"x" * size)) == b"x" * size


def test_the_key_before_is_still_read() -> None:
    old = MessageCipher(APP, OTHER).encrypt(b"old")
    assert MessageCipher(APP, KEY, previous=OTHER).decrypt(old) == b"old"
    with pytest.raises(BadCallback):
        MessageCipher(APP, KEY).decrypt(old)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%%%",
        "字",
        "AAAA",
        base64.b64encode(b"\0" * 16).decode(),
        base64.b64encode(bytes(range(64))).decode(),
        MessageCipher("wx0000000000000000", KEY).encrypt(b"other account"),
    ],
)
def test_garbage_and_other_accounts_are_one_error(text: str) -> None:
    with pytest.raises(BadCallback):
        MessageCipher(APP, KEY).decrypt(text)


@pytest.mark.parametrize("signature", ["", "字", "f" * 40, sign("x", "1")])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(BadCallback):
        check_signature(signature, TOKEN, "1", "2")


@pytest.mark.parametrize("key", ["", "short", "A" * 44, "*" * 43])
def test_malformed_keys_are_refused_at_the_start(key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        MessageCipher(APP, key)


def test_no_secret_is_shown() -> None:
    assert KEY not in repr(MessageCipher(APP, KEY, OTHER))
    assert OTHER not in repr(MessageCipher(APP, KEY, OTHER))
