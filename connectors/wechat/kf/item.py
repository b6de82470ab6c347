"""One entry of what `kf/sync_msg` returns: a customer's message or an event."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from connectors.wechat.push import OPEN_ID, Push


class Origin(IntEnum):
    """Who an entry comes from."""

    CUSTOMER = 3
    SYSTEM = 4
    STAFF = 5


@dataclass(frozen=True, slots=True)
class Item:
    """An entry; `at` is WeCom's time in seconds, `kind` its msgtype, `body` what it holds."""

    id: str
    kf_id: str
    user: str
    at: int
    origin: int
    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event(self) -> str:
        """An event's name, empty for a message."""
        return str(self.body.get("event_type", "")) if self.kind == "event" else ""

    @property
    def customer_id(self) -> str:
        """The customer in one of the institution's service accounts."""
        return f"{self.kf_id}/{self.user}"

    def push(self) -> Push:
        """Return what an Official Account would have pushed."""
        fields = {"Event": self.event, "Content": str(self.body.get("content", ""))}
        if media := str(self.body.get("media_id", "")):
            fields["MediaId"] = media
        if chosen := str(self.body.get("menu_id", "")):
            fields["bizmsgmenuid"] = chosen
        # WeCom promises no alphabet for the ids that it gives itself.
        name = "k" + hashlib.blake2b(self.id.encode(), digest_size=16).hexdigest()
        return Push(self.kf_id, self.customer_id, self.at, self.kind, name, fields)


def item_of(entry: Mapping[str, Any]) -> Item | None:
    """Read an entry; None for one that names no customer."""
    match entry:
        case {
            "msgid": str(name),
            "msgtype": str(kind),
            "send_time": int(at),
            "origin": int(origin),
        }:
            pass
        case _:
            return None
    body = entry.get(kind)
    body = body if isinstance(body, dict) else {}
    who = body if kind == "event" else entry
    kf_id, user = str(who.get("open_kfid", "")), str(who.get("external_userid", ""))
    if not (OPEN_ID.fullmatch(kf_id) and OPEN_ID.fullmatch(user)):
        return None
    return Item(name, kf_id, user, at, origin, kind, body)
