"""The way in: clean, redact, accept, ask for a turn; only then may the channel acknowledge."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from connectors.errors import BadClientId, BadText, TextTooLong
from conversation.conversation import Customer
from conversation.errors import Unavailable
from conversation.message import FileRef, Kind
from conversation.ports import Accepted, Conversations, Incoming, Turns

_LOG = logging.getLogger(__name__)
MAX_TEXT = 2000
MAX_CLIENT_ID = 64
_KEPT = "\n\t"
_DROPPED = {"Cc", "Cs", "Cn"}  # control, surrogate, unassigned

Keep = Callable[[Accepted, str], Awaitable[None]]
"""Keeps, sealed, what was masked in a text that was accepted; raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Ingress:
    """Takes customer messages from every channel.

    `redact` removes what may be stored nowhere; nothing is kept or logged before it ran. `keep`
    is None where the institution keeps no sealed copies; a copy that fails is missing, and the
    message goes on.
    """

    conversations: Conversations
    turns: Turns
    redact: Callable[[str], str]
    keep: Keep | None = None

    async def accept(  # noqa: PLR0913 - all that a customer can send
        self,
        customer: Customer,
        client_id: str,
        text: str,
        kind: Kind = Kind.TEXT,
        files: tuple[FileRef, ...] = (),
        *,
        large_text: bool = False,
    ) -> Accepted:
        """Accept one message, a file's name as its text; raises `BadText`, `Busy`, `Unavailable`.

        Safe to repeat with the same `client_id`: a message accepted before a crash gets its
        turn when the channel delivers it again.
        """
        _check_client_id(client_id)
        raw = _clean(text)
        said = self.redact(raw)
        named = tuple(replace(file, name=said) for file in files)
        incoming = Incoming(client_id, said, kind, named, large_text)
        accepted = await self.conversations.accept(customer, incoming)
        await self.turns.put(accepted.conversation_id)
        # Whoever repeats a message may have changed it: the first text alone is the one accepted.
        if self.keep and not accepted.duplicate:
            await _kept(self.keep(accepted, raw), accepted)
        return accepted


async def _kept(keeping: Awaitable[None], accepted: Accepted) -> None:
    try:
        await keeping
    except Unavailable as error:
        extra = {"conversation": accepted.conversation_id, "reason": error.code}
        _LOG.warning("no sealed copy was kept", extra=extra)


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
