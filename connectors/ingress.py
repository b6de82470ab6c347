"""The way in: clean, redact, accept, ask for a turn; only then may the channel acknowledge."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.errors import BadClientId, BadText, TextTooLong
from conversation.conversation import Customer
from conversation.message import FileRef, Kind
from conversation.ports import Accepted, Conversations, Incoming, Turns

MAX_TEXT = 2000
MAX_CLIENT_ID = 64
_KEPT = "\n\t"
_DROPPED = {"Cc", "Cs", "Cn"}  # control, surrogate, unassigned


@dataclass(frozen=True, slots=True)
class Ingress:
    """Takes customer messages from every channel.

    `redact` removes what may be stored nowhere; nothing is kept or logged before it ran.
    """

    conversations: Conversations
    turns: Turns
    redact: Callable[[str], str]

    async def accept(
        self,
        customer: Customer,
        client_id: str,
        text: str,
        kind: Kind = Kind.TEXT,
        files: tuple[FileRef, ...] = (),
    ) -> Accepted:
        """Accept one message, a file's name as its text; raises `BadText`, `Busy`, `Unavailable`.

        Safe to repeat with the same `client_id`: a message accepted before a crash gets its
        turn when the channel delivers it again.
        """
        _check_client_id(client_id)
        said = self.redact(_clean(text))
        named = tuple(replace(file, name=said) for file in files)
        incoming = Incoming(client_id, said, kind, named)
        accepted = await self.conversations.accept(customer, incoming)
        await self.turns.put(accepted.conversation_id)
        return accepted


def _clean(text: str) -> str:
    """Drop control and unassigned characters; raises `BadText` when nothing readable is left."""
    if len(text) > MAX_TEXT:
        raise TextTooLong(limit=MAX_TEXT)
    kept = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _DROPPED)
    cleaned = kept.strip()
    if not any(unicodedata.category(c) != "Cf" and not c.isspace() for c in cleaned):
        raise BadText
    return cleaned


def _check_client_id(client_id: str) -> None:
    if not 0 < len(client_id) <= MAX_CLIENT_ID or not client_id.isascii():
        raise BadClientId
