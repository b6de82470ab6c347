"""The other half of the fake WeChat: signs, encrypts and pushes what followers do."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx
import orjson

from connectors.wechat.cipher import MessageCipher, check_signature, sign
from connectors.wechat.push import document, fields_of

_DELIVERIES = 3
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Envelope:
    """Signs a call; with a cipher the body is encrypted, in compatible mode beside the plain.

    `json`: as a mini-program may have it.
    """

    token: str = field(repr=False)
    cipher: MessageCipher | None = None
    compatible: bool = False
    json: bool = False

    def seal(self, fields: Mapping[str, str], at: int) -> tuple[dict[str, str], bytes]:
        """Return query and body of a push."""
        nonce = str(secrets.randbelow(10**9))
        query = {"timestamp": str(at), "nonce": nonce}
        query["signature"] = sign(self.token, query["timestamp"], nonce)
        if self.cipher is None:
            return query, self._write(fields)
        encrypted = self.cipher.encrypt(self._write(fields))
        query["msg_signature"] = sign(self.token, query["timestamp"], nonce, encrypted)
        query["encrypt_type"] = "aes"
        outer = {"ToUserName": fields["ToUserName"], "Encrypt": encrypted}
        return query, self._write({**fields, **outer} if self.compatible else outer)

    def _write(self, fields: Mapping[str, str]) -> bytes:
        return orjson.dumps(dict(fields)) if self.json else document(fields)

    def unseal(self, body: bytes) -> dict[str, str]:
        """Return the fields of a reply; raises `BadCallback` for one that WeChat would not take."""
        fields = fields_of(body)
        if self.cipher is None:
            return fields
        parts = (fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        check_signature(fields["MsgSignature"], self.token, *parts)
        return fields_of(self.cipher.decrypt(fields["Encrypt"]))


@dataclass(slots=True)
class Pusher:
    """Pushes to a callback address, and again when it is not acknowledged in time."""

    client: httpx.AsyncClient
    url: str
    envelope: Envelope
    account: str = "gh_fake"
    clock: Callable[[], float] = time.time
    shows: Callable[[str, str], None] = lambda open_id, text: None  # noqa: ARG005 - no phone
    """Takes what is said to whom in the push's own connection."""
    _ids: itertools.count[int] = field(
        default_factory=lambda: itertools.count(secrets.randbelow(10**15) + 10**15)
    )

    async def push(self, open_id: str, kind: str, **fields: str) -> bool:
        """Push a message or an event; returns whether it was acknowledged in the end."""
        at = int(self.clock())
        whole = {
            "ToUserName": self.account,
            "FromUserName": open_id,
            "CreateTime": str(at),
            "MsgType": kind,
            **fields,
        }
        if kind != "event":
            whole["MsgId"] = str(next(self._ids))
        return await self.deliver(whole)

    async def deliver(self, fields: Mapping[str, str]) -> bool:
        """Deliver a document up to three times."""
        for _ in range(_DELIVERIES):
            query, body = self.envelope.seal(fields, int(self.clock()))
            try:
                answer = await self.client.post(
                    self.url, params=query, content=body, timeout=_PATIENCE
                )
            except httpx.HTTPError:
                continue
            if answer.is_success and answer.text not in {"success", ""}:
                reply = self.envelope.unseal(answer.content)
                self.shows(reply["ToUserName"], reply["Content"])
            if answer.is_success:
                return True
        return False
