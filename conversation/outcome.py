"""What became of each customer message, read from the log of a conversation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conversation.conversation import Owner, Reason
from conversation.message import Kind, Message, Sender
from conversation.turn import Route


class Outcome(StrEnum):
    """How a customer message ended.

    `clarified_in_vain`: the bot asked back, and what it offered was not chosen: none of them, a
    person, the same question again, or another one that it could not answer either. `bot_unable`:
    the question itself made the bot call a person. `called`: a person was called for another
    reason, or by a choice. `failed`: a fault, not a want of knowledge. `person`: it was an
    agent's to answer. `unanswered`: there is no turn record.
    """

    ANSWERED = "answered"
    CLARIFIED = "clarified"
    CLARIFIED_IN_VAIN = "clarified_in_vain"
    REFUSED = "refused"
    BOT_UNABLE = "bot_unable"
    CALLED = "called"
    CHITCHAT = "chitchat"
    FAILED = "failed"
    PERSON = "person"
    UNANSWERED = "unanswered"


UNKNOWN = frozenset({Outcome.CLARIFIED_IN_VAIN, Outcome.REFUSED, Outcome.BOT_UNABLE})
"""The outcomes of questions that the knowledge base could not answer."""

_PLAIN = {
    Route.ANSWER: Outcome.ANSWERED,
    Route.CLARIFY: Outcome.CLARIFIED,
    Route.REFUSE: Outcome.REFUSED,
    Route.CHITCHAT: Outcome.CHITCHAT,
}
_DENIALS = frozenset({"deny", "not_resolved"})


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """A customer message with its turn record: route None when the bot did not take it."""

    message: Message
    outcome: Outcome
    route: Route | None = None
    intent: str = ""
    confidence: float = 0.0
    note: str = ""


def turn_facts(log: Sequence[Message]) -> list[TurnFacts]:
    """Return the facts of each customer message of a whole log, in order."""
    records = {entry.reply_to: entry for entry in log if entry.kind is Kind.TURN}
    wishes = _wishes(log)
    offered = _offers(log)
    asked = [entry for entry in log if entry.sender is Sender.CUSTOMER]
    facts = [
        _facts(message, records.get(message.id), wishes.get(message.id, ""), chosen=chosen)
        for message, chosen in _with_choices(asked, offered)
    ]
    return [
        _in_vain(one, then, offered.get(one.message.id, frozenset()))
        for one, then in itertools.zip_longest(facts, facts[1:])
    ]


def _with_choices(
    asked: Sequence[Message], offered: dict[str, frozenset[str]]
) -> list[tuple[Message, bool]]:
    """Tell of each message whether it only repeats a quick reply of the answer before it."""
    before = [frozenset(), *(offered.get(message.id, frozenset()) for message in asked)]
    return [
        (message, message.text.strip() in menu)
        for message, menu in zip(asked, before, strict=False)
    ]


def _facts(message: Message, record: Message | None, wish: str, *, chosen: bool) -> TurnFacts:
    if record is None:
        return TurnFacts(message, Outcome.UNANSWERED)
    data = record.data
    route = Route(data["route"]) if data.get("route") else None
    note = str(data.get("note", ""))
    return TurnFacts(
        message,
        _outcome(route, note, wish, chosen=chosen),
        route,
        str(data.get("intent", "")),
        float(data.get("confidence", 0.0)),
        note,
    )


def _outcome(route: Route | None, note: str, wish: str, *, chosen: bool) -> Outcome:
    if route is None:
        return Outcome.PERSON
    if note:
        return Outcome.FAILED
    if wish == Reason.BOT_UNABLE and not chosen:
        return Outcome.BOT_UNABLE
    return _PLAIN.get(route, Outcome.CALLED)


def _in_vain(one: TurnFacts, then: TurnFacts | None, menu: frozenset[str]) -> TurnFacts:
    if one.outcome is not Outcome.CLARIFIED or then is None or not _vain(one, then, menu):
        return one
    return TurnFacts(
        one.message, Outcome.CLARIFIED_IN_VAIN, one.route, one.intent, one.confidence, one.note
    )


def _vain(one: TurnFacts, then: TurnFacts, menu: frozenset[str]) -> bool:
    if then.outcome in UNKNOWN:
        return True
    if then.route is Route.HUMAN:
        return True
    text = then.message.text.strip()
    if then.route is Route.CHITCHAT:
        return text in menu or then.intent in _DENIALS
    return text == one.message.text.strip() and then.outcome is not Outcome.ANSWERED


def _wishes(log: Sequence[Message]) -> dict[str | None, str]:
    """Return customer message → why it moved the conversation to the queue.

    A turn's commit logs its record and, in the same step, the change of owner right behind it.
    """
    found: dict[str | None, str] = {}
    for record, event in itertools.pairwise(log):
        if record.kind is Kind.TURN and _moves(event) and event.data["to"] == Owner.QUEUE:
            found[record.reply_to] = str(event.data.get("why", ""))
    return found


def _moves(entry: Message) -> bool:
    data: dict[str, Any] = entry.data
    return entry.kind is Kind.EVENT and data.get("event") == "owner"


def _offers(log: Sequence[Message]) -> dict[str, frozenset[str]]:
    """Return customer message → what the quick replies of its answer send."""
    found: dict[str, frozenset[str]] = {}
    for entry in log:
        if entry.reply_to and entry.options:
            texts = frozenset(option.text for option in entry.options)
            found[entry.reply_to] = found.get(entry.reply_to, frozenset()) | texts
    return found
