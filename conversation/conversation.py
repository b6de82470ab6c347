"""A conversation and who owns it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from conversation.message import NoticeRef


class Owner(StrEnum):
    """The one party that may speak: `bot → queue → agent → (bot | closed)`, `queue → bot`."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


class Stage(StrEnum):
    """Where the conversation stands in the service flow (service standard §1.2)."""

    NEED = "need"
    MATCH = "match"
    SERVICE = "service"
    NOTICE = "notice"
    FOLLOW_UP = "follow_up"


class Reason(StrEnum):
    """Why a person is needed; the handoff room turns it into a priority and a group."""

    FRAUD = "fraud"
    ELDERLY = "elderly"
    COMPLAINT = "complaint"
    TRANSACTION = "transaction"
    HUMAN = "human"
    BOT_UNABLE = "bot_unable"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who writes: the channel, the id there (opaque to us), and a masked display profile."""

    channel: str
    id: str
    profile: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The hash tag that all of this customer's keys share: 16 hex digits, not reversible."""
        raw = f"{self.channel}\0{self.id}".encode()
        return hashlib.blake2b(raw, digest_size=8).hexdigest()


def conversation_id(customer_key: str, number: int) -> str:
    """Return the id of a customer's `number`-th conversation (1, 2, …)."""
    return f"{customer_key}-{number}"


def split_id(conversation: str) -> tuple[str, int]:
    """Return (customer key, number); raises ValueError for anything that is not an id."""
    key, dash, number = conversation.rpartition("-")
    if not dash or len(key) != 16 or not key.isalnum():  # noqa: PLR2004 - the digest's length
        message = f"not a conversation id: {conversation!r}"
        raise ValueError(message)
    return key, int(number)


@dataclass(frozen=True, slots=True)
class Handoff:
    """A wish for a person, with what the person needs to know at first sight."""

    reason: Reason
    intent: str = ""
    confidence: float = 0.0
    trigger: str = ""
    entities: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """The present state of one conversation, read in one go; never the log itself.

    `epoch` grows by one with every change of owner and is the fencing token of everything
    that is said; `fence` is the queue's claim token under which an agent holds it.
    `notices` maps a product category to the notice last delivered for it here. `asking` is the
    house's own utterance (its key) that the customer's next words answer; empty: none.
    `alarmed`: a fraud was reported here, to whomever; nothing takes that back.
    """

    id: str
    customer: Customer
    owner: Owner
    epoch: int
    opened_at: datetime
    active_at: datetime
    stage: Stage = Stage.NEED
    agent: str | None = None
    agent_name: str = ""
    fence: int = 0
    handoff: Handoff | None = None
    enqueued: bool = False
    closed_by: str = ""
    notices: dict[str, NoticeRef] = field(default_factory=dict)
    audited_to: str = "0-0"
    asking: str = ""
    alarmed: bool = False
