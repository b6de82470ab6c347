"""Who may push: signature, time and cipher of a call, checked before anything is read from it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors.wechat.cipher import MessageCipher, check_signature, sign
from connectors.wechat.errors import BadCallback
from connectors.wechat.push import Push, document, fields_of, push_of

_PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Callback:
    """Opens what WeChat sends to the callback address.

    With a cipher (compatible and secure mode) only the encrypted part counts, since the plain
    signature does not cover the body; without one (plain mode) the signature is all there is.
    """

    token: str = field(repr=False)
    cipher: MessageCipher | None = None
    clock: Callable[[], float] = time.time

    def verify(self, query: Mapping[str, str]) -> str:
        """Return what WeChat wants to read when the address is registered."""
        self._check(query, "signature")
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes) -> Push:
        """Return the push; raises `BadCallback` whatever is wrong."""
        return push_of(self.read(query, body))

    def read(self, query: Mapping[str, str], body: bytes) -> dict[str, str]:
        """Return the fields of a call; raises `BadCallback` whatever is wrong."""
        if self.cipher is None:
            self._check(query, "signature")
            return fields_of(body)
        return fields_of(self._decrypt(query, fields_of(body).get("Encrypt", "")))

    def reply(self, body: bytes, push: Push, text: str) -> bytes:
        """Return `text` as the answer to the push in `body`, under the key that opened it."""
        at, nonce = str(int(self.clock())), secrets.token_hex(8)
        plain = document(
            {
                "ToUserName": push.open_id,
                "FromUserName": push.account,
                "CreateTime": at,
                "MsgType": "text",
                "Content": text,
            }
        )
        if self.cipher is None:
            return plain
        encrypted = self.cipher.that_opens(fields_of(body).get("Encrypt", "")).encrypt(plain)
        signature = sign(self.token, at, nonce, encrypted)
        sealed = {"Encrypt": encrypted, "MsgSignature": signature}
        return document({**sealed, "TimeStamp": at, "Nonce": nonce})

    def verify_sealed(self, query: Mapping[str, str]) -> str:
        """Return what WeCom wants to read, which it sends encrypted."""
        return self._decrypt(query, query.get("echostr", "")).decode(errors="replace")

    def _decrypt(self, query: Mapping[str, str], encrypted: str) -> bytes:
        self._check(query, "msg_signature", encrypted)
        if self.cipher is None:
            raise BadCallback
        return self.cipher.decrypt(encrypted)

    def _check_time(self, query: Mapping[str, str]) -> None:
        """Refuse a call from another time: what was recorded once cannot be played later."""
        stamp = query.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):  # noqa: PLR2004 - a time
            raise BadCallback
        if abs(self.clock() - int(stamp)) > _PATIENCE:
            raise BadCallback

    def _check(self, query: Mapping[str, str], name: str, *more: str) -> None:
        self._check_time(query)
        parts = (self.token, query.get("timestamp", ""), query.get("nonce", ""), *more)
        check_signature(query.get(name, ""), *parts)
