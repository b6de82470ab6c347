"""One turn: what the bot made of a customer message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conversation.conversation import Handoff, Stage
from conversation.message import Draft, Message, NoticeRef


class Route(StrEnum):
    """Which way a message went."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    COMPLAINT = "complaint"
    TRANSACTION = "transaction"
    FRAUD = "fraud"
    HUMAN = "human"
    CHITCHAT = "chitchat"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Understanding:
    """The parse: intent, confidence in [0, 1], entities as plain dictionaries."""

    intent: str
    confidence: float
    entities: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class BotReply:
    """The bot's answer to one message. `drafts` is never empty: silence is a failure."""

    understanding: Understanding
    route: Route
    drafts: tuple[Draft, ...]
    handoff: Handoff | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """What the gate kept the bot from saying: under which rules, from which articles."""

    rules: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """What staff can see of a turn; logged as the last entry of its commit.

    `acknowledged` are the notices that the customer said with this message to have read,
    `answers` what the customer told the house with it, by field (`reception`), redacted;
    `withheld` is what the gate blocked. `alarm`: the message reports a fraud, whoever read it.
    """

    route: Route | None
    intent: str = ""
    confidence: float = 0.0
    entities: tuple[dict[str, Any], ...] = ()
    note: str = ""
    acknowledged: tuple[NoticeRef, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    withheld: Withheld | None = None
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """The head of a mailbox and how often it has been tried, this try included."""

    message: Message
    attempts: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to handle one conversation until `ttl` seconds after the last renewal."""

    conversation_id: str
    token: str
    ttl: float
