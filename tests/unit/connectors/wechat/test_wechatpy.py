"""What wechatpy writes we read, and what we write wechatpy reads: three modes, and WeCom."""

from __future__ import annotations

import pytest
import xmltodict
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.enterprise.crypto import WeChatCrypto as WorkCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.utils import WeChatSigner, check_signature

from connectors.wechat.callback import Callback
from connectors.wechat.cipher import MessageCipher
from connectors.wechat.errors import BadCallback
from connectors.wechat.fake.pushing import Envelope
from connectors.wechat.push import document

APP, TOKEN, KEY = "wx1", "token-value", "k" * 42 + "A"
CIPHER = MessageCipher(APP, KEY)
THEIRS = WeChatCrypto(TOKEN, KEY, APP)
NOW = 1_790_000_000
FIELDS = {
    "ToUserName": "gh_1",
    "FromUserName": "o-1",
    "CreateTime": str(NOW),
    "MsgType": "text",
    "Content": "转账 <b>限额</b> & 手续费 👍🏽",
    "MsgId": "42",
}
Call = tuple[dict[str, str], bytes]


def callback(cipher: MessageCipher | None = CIPHER) -> Callback:
    """Return ours, at the time of the calls."""
    return Callback(TOKEN, cipher, lambda: NOW)


def plain() -> Call:
    signer = WeChatSigner()
    signer.add_data(TOKEN, str(NOW), "n")
    query = {"signature": str(signer.signature), "timestamp": str(NOW), "nonce": "n"}
    return query, xmltodict.unparse({"xml": FIELDS}).encode()


def secure(crypto: WeChatCrypto = THEIRS) -> Call:
    query, body = plain()
    sealed = crypto.encrypt_message(body.decode(), "n", str(NOW))
    signature = xmltodict.parse(sealed)["xml"]["MsgSignature"]
    return {**query, "msg_signature": signature, "encrypt_type": "aes"}, sealed.encode()


def compatible() -> Call:
    query, sealed = secure()
    both = {**FIELDS, "Encrypt": xmltodict.parse(sealed)["xml"]["Encrypt"]}
    return query, xmltodict.unparse({"xml": both}).encode()


@pytest.mark.parametrize(
    ("call", "cipher"), [(plain(), None), (secure(), CIPHER), (compatible(), CIPHER)]
)
def test_what_wechatpy_pushes_is_read(call: Call, cipher: MessageCipher | None) -> None:
    push = callback(cipher).open(*call)
    assert (push.open_id, push.id, push.fields["Content"]) == ("o-1", "42", FIELDS["Content"])


def test_wechatpys_pushes_for_another_account_are_refused() -> None:
    with pytest.raises(BadCallback):
        callback().open(*secure(WeChatCrypto(TOKEN, KEY, "wx2")))
    with pytest.raises(BadCallback):
        callback().open(*secure(WeChatCrypto("another", KEY, APP)))


@pytest.mark.parametrize(
    "envelope", [Envelope(TOKEN), Envelope(TOKEN, CIPHER), Envelope(TOKEN, CIPHER, compatible=True)]
)
def test_what_the_fake_pushes_wechatpy_reads(envelope: Envelope) -> None:
    query, body = envelope.seal(FIELDS, NOW)
    check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
    if envelope.cipher:
        signed = (query["msg_signature"], query["timestamp"], query["nonce"])
        body = THEIRS.decrypt_message(body, *signed).encode()
    message = parse_message(body)
    assert (message.source, message.id, message.content) == ("o-1", 42, FIELDS["Content"])


def test_wechatpy_refuses_what_it_should_of_the_fakes() -> None:
    """The oracle can say no."""
    query, body = Envelope(TOKEN, CIPHER).seal(FIELDS, NOW)
    signed = (query["timestamp"], query["nonce"])
    with pytest.raises(InvalidSignatureException):
        THEIRS.decrypt_message(body, "0" * 40, *signed)
    with pytest.raises(InvalidAppIdException):
        WeChatCrypto(TOKEN, KEY, "wx2").decrypt_message(body, query["msg_signature"], *signed)


def test_an_address_is_verified_for_both() -> None:
    query, _ = plain()
    assert callback().verify({**query, "echostr": "e"}) == "e"
    corp = "ww1"
    echo = MessageCipher(corp, KEY).encrypt(b"1616140317555161061")
    signer = WeChatSigner()
    signer.add_data(TOKEN, str(NOW), "n", echo)
    call = {"msg_signature": str(signer.signature), "timestamp": str(NOW), "nonce": "n"}
    ours = callback(MessageCipher(corp, KEY)).verify_sealed({**call, "echostr": echo})
    theirs = WorkCrypto(TOKEN, KEY, corp).check_signature(*call.values(), echo)
    assert ours == theirs == "1616140317555161061"


def test_what_ends_a_cdata_section_survives() -> None:
    """Wechatpy itself tears such a text apart when it writes one."""
    text = "a ]]> b"
    assert parse_message(document({**FIELDS, "Content": text})).content == text


@pytest.mark.parametrize("before", [KEY, "j" * 42 + "A"])
def test_a_reply_is_read_by_wechatpy_under_the_key_that_opened_the_push(before: str) -> None:
    query, body = secure(WeChatCrypto(TOKEN, before, APP))
    ours = callback(MessageCipher(APP, KEY, before))
    sealed = ours.reply(body, ours.open(query, body), "好的 ]]> <b>")
    fields = xmltodict.parse(sealed)["xml"]
    signed = (fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
    said = parse_message(WeChatCrypto(TOKEN, before, APP).decrypt_message(sealed, *signed))
    assert (said.target, said.source, said.content) == ("o-1", "gh_1", "好的 ]]> <b>")


def test_a_plain_reply_is_read_by_wechatpy() -> None:
    ours = callback(None)
    query, body = plain()
    said = parse_message(ours.reply(body, ours.open(query, body), "a ]]> b"))
    assert (said.type, said.content) == ("text", "a ]]> b")
