"""What WeChat pushes: a customer's message or an event, as XML or, for mini-programs, as JSON."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors.wechat.errors import BadCallback

MAX_BODY = 32 * 1024
OPEN_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Push:
    """One push. `at` is WeChat's time in seconds; `kind` its MsgType in lower case."""

    account: str
    open_id: str
    at: int
    kind: str
    id: str
    fields: Mapping[str, str]

    @property
    def client_id(self) -> str:
        """What a repeated delivery is known by: the MsgId, an event's sender, time and name."""
        if self.id:
            return self.id
        key = (self.open_id, str(self.at), self.event, self.fields.get("EventKey", ""))
        return "e" + hashlib.blake2b("\0".join(key).encode(), digest_size=16).hexdigest()

    @property
    def event(self) -> str:
        """An event's name in lower case, empty for a message."""
        return self.fields.get("Event", "").lower() if self.kind == "event" else ""


def fields_of(body: bytes) -> dict[str, str]:
    """Read the top level of an XML or JSON document; raises `BadCallback`.

    No entities, no document types, at most `MAX_BODY` bytes.
    """
    if len(body) > MAX_BODY:
        raise BadCallback
    return _json(body) if body.lstrip()[:1] == b"{" else _xml(body)


def document(fields: Mapping[str, str]) -> bytes:
    """Write an XML document; whatever a text holds, it stays a text."""
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items())
    return f"<xml>{inner}</xml>".encode()


def push_of(fields: Mapping[str, str]) -> Push:
    """Check what every push has; raises `BadCallback`."""
    open_id, at, identifier = (fields.get(n, "") for n in ("FromUserName", "CreateTime", "MsgId"))
    if not OPEN_ID.fullmatch(open_id) or not _NUMBER.fullmatch(at):
        raise BadCallback
    if identifier and not _NUMBER.fullmatch(identifier):
        raise BadCallback
    kind = fields.get("MsgType", "").lower()
    if not identifier and kind != "event":
        raise BadCallback
    return Push(fields.get("ToUserName", ""), open_id, int(at), kind, identifier, fields)


def _xml(body: bytes) -> dict[str, str]:
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise BadCallback from error
    return {element.tag: element.text or "" for element in root}


def _json(body: bytes) -> dict[str, str]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadCallback from error
    plain = (str, int)
    return {key: str(value) for key, value in found.items() if isinstance(value, plain)}
