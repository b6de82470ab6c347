"""Who works on tickets in these tests, and tickets for them."""

from __future__ import annotations

from datetime import UTC, datetime

from handoff.accounts import Account, Role
from handoff.tickets.deeds import Deeds
from handoff.tickets.events import SYSTEM, Event, Kind
from handoff.tickets.rules import Rules
from handoff.tickets.ticket import Intake, Ticket, opened

RULES = Rules.load()
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
"""Noon in Beijing."""
QIN = Account("qin", "秦安", frozenset({Role.AGENT}), frozenset({"complaints"}))
TAO = Account("tao", "陶然", frozenset({Role.AGENT}), frozenset({"complaints"}))
OUT = Account("out", "何外", frozenset({Role.AGENT}), frozenset({"general"}))
GU = Account("gu", "顾言", frozenset({Role.SUPERVISOR}))
BAI = Account("bai", "白苏", frozenset({Role.SUPERVISOR}))
KEY = "0123456789abcdef"
PARTS = {
    part.id: part.suggest or "经核查，情况属实，已为您处理完毕。" for part in RULES.reply.parts
}


def first(conversation: str = f"{KEY}-1", at: datetime = NOON, key: str = KEY) -> Event:
    """Return the opening of a ticket."""
    intake = Intake(conversation, key, facts="多收了手续费，要求退还")
    return Event(Kind.OPENED, at, SYSTEM, intake.plain())


def ticket(number: str = "TS20260601-0001", *, handler: str = "qin") -> Ticket:
    """Return a ticket received at noon, in the hands of `handler` unless that is empty."""
    fresh = opened(number, first())
    if not handler:
        return fresh
    return fresh.after(Event(Kind.ASSIGNED, NOON, "gu", {"handler": handler}))


def deeds(account: Account = QIN, at: datetime = NOON) -> Deeds:
    """Return what an account may do at a moment."""
    return Deeds(RULES, account, at)
