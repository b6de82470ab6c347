"""What is said: drafts before the gate, messages in the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Sender(StrEnum):
    """Who said it. `system` speaks approved service utterances (queue, close, failure)."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class Kind(StrEnum):
    """How it is shown. `turn` and `event` are records for staff and never leave the house."""

    TEXT = "text"
    NOTICE = "notice"
    MENU = "menu"
    SYSTEM = "system"
    TURN = "turn"
    EVENT = "event"


LARGE_TEXT = "large_text"
"""In a customer message's data: it was written by somebody who reads large text."""
STAFF_ONLY = frozenset({Kind.TURN, Kind.EVENT})


@dataclass(frozen=True, slots=True)
class NoticeRef:
    """A risk notice as it was shown: which one, for which product category, in which version.

    `until` is the last day, ISO 8601, on which it need not be shown again; empty: as long as the
    conversation lasts. `confirm` is what a customer sends to say that it was read; empty: nobody
    is asked. `alone` keeps it off a card with other notices.
    """

    id: str
    version: str
    category: str
    title: str = ""
    until: str = ""
    confirm: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class SourceRef:
    """An article that was quoted: its id, revision, title, and the source it states.

    `valid_until` is its last day in force, ISO 8601, empty when it has none. `no_product`: who
    approved it found it about no product category, whatever it mentions.
    """

    id: str
    title: str
    source: str = ""
    revision: str = ""
    valid_until: str = ""
    no_product: bool = False


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that goes with a message; `type` is what its content showed, `size` in bytes.

    `id` is unique among the customer's files: `<conversation number>/<random name>`.
    """

    id: str
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Option:
    """A quick reply: what the button says, and what is sent when it is pressed."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a bot or an agent would like to say; only the gate turns it into a message.

    `categories` are the product categories that the author already knows to be concerned
    (article tags); the gate adds those it finds in the text itself. `released` are the wording
    rules that a supervisor has let it pass; only the gate sets them.
    """

    text: str
    kind: Kind = Kind.TEXT
    categories: frozenset[str] = frozenset()
    sources: tuple[SourceRef, ...] = ()
    options: tuple[Option, ...] = ()
    notice: NoticeRef | None = None
    files: tuple[FileRef, ...] = ()
    released: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A private note of staff, redacted; with `to` (a login) it is shown to that agent alone."""

    by: str
    name: str
    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a conversation's log.

    `id` is the log's own, ascending within the conversation: `<milliseconds>-<counter>`.
    `reply_to` names the customer message that an answer or a turn record belongs to.
    `client_id` is the channel's id of a customer message; `data` holds a record's facts,
    and of what was said the wording rules it was released from.
    """

    id: str
    conversation_id: str
    sender: Sender
    kind: Kind
    text: str
    sender_name: str = ""
    notice: NoticeRef | None = None
    sources: tuple[SourceRef, ...] = ()
    options: tuple[Option, ...] = ()
    files: tuple[FileRef, ...] = ()
    reply_to: str | None = None
    client_id: str | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When the log took it, UTC (the store's clock, not the client's)."""
        return datetime.fromtimestamp(int(self.id.partition("-")[0]) / 1000, UTC)

    @property
    def released(self) -> frozenset[str]:
        """The wording rules that a supervisor let this sentence pass."""
        return frozenset(self.data.get("released", ()))

    @property
    def for_customer(self) -> bool:
        """Whether a channel delivers it."""
        return self.kind not in STAFF_ONLY
