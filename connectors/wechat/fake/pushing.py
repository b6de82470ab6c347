"""The other half of the fake WeChat: signs, encrypts and pushes what followers do."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import httpx

from connectors.wechat.cipher import MessageCipher, sign

_DELIVERIES = 3
_PATIENCE = 5.0


def to_xml(fields: Mapping[str, str]) -> bytes:
    """Write a document as WeChat pushes it."""
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items())
    return f"<xml>{inner}</xml>".encode()


@dataclass(frozen=True, slots=True)
class Envelope:
    """Signs a call; with a cipher the body is encrypted, in compatible mode beside the plain."""

    token: str = field(repr=False)
    cipher: MessageCipher | None = None
    compatible: bool = False

    def seal(self, fields: Mapping[str, str], at: int) -> tuple[dict[str, str], bytes]:
        """Return query and body of a push."""
        nonce = str(secrets.randbelow(10**9))
        query = {"timestamp": str(at), "nonce": nonce}
        query["signature"] = sign(self.token, query["timestamp"], nonce)
        if self.cipher is None:
            return query, to_xml(fields)
        encrypted = self.cipher.encrypt(to_xml(fields))
        query["msg_signature"] = sign(self.token, query["timestamp"], nonce, encrypted)
        query["encrypt_type"] = "aes"
        outer = {"ToUserName": fields["ToUserName"], "Encrypt": encrypted}
        return query, to_xml({**fields, **outer} if self.compatible else outer)


@dataclass(slots=True)
class Pusher:
    """Pushes to a callback address, and again when it is not acknowledged in time."""

    client: httpx.AsyncClient
    url: str
    envelope: Envelope
    account: str = "gh_fake"
    clock: Callable[[], float] = time.time
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
            if answer.is_success and answer.text in {"success", ""}:
                return True
        return False
