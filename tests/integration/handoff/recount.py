"""Counts archived conversations in the plainest way, with nothing of `handoff.figures`' own."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from conversation.archive import Archived
from conversation.message import Kind, Message, Sender
from handoff.figures.figures import Figures
from handoff.figures.tally import Share, Spread
from tests.unit.handoff.figures.talks import NOON


@dataclass
class Recount:
    """Counts one log entry by entry, with what is known so far."""

    owner: str = "bot"
    called: Message | None = None
    reason: str = ""
    agent: str = ""
    since: datetime = NOON
    taken: datetime | None = None
    answered: bool = False
    handled: timedelta = timedelta(0)
    lined: int = 0
    connected: int = 0
    waits: list[timedelta] = field(default_factory=list)
    responses: list[timedelta] = field(default_factory=list)
    handlings: list[timedelta] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    holds: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    asked: int = 0
    open: set[str] = field(default_factory=set)
    given_up: bool = False
    ever_called: bool = False
    shown: set[str] = field(default_factory=set)
    about: set[str] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)

    def take(self, entry: Message) -> None:
        if entry.kind is Kind.EVENT:
            self.move(entry)
        elif entry.kind is Kind.TURN:
            if entry.data["route"] in {"answer", "chitchat", "human"}:
                self.open.discard(str(entry.reply_to))
        elif entry.sender is Sender.CUSTOMER:
            self.asked += 1
            self.open.add(entry.id)
        elif entry.notice:
            self.shown.add(entry.notice.category)
        else:
            self.said(entry)

    def said(self, entry: Message) -> None:
        for word, category in (("基金", "fund"), ("保险", "insurance")):
            if word in entry.text:
                self.about.add(category)
                if category not in self.shown:
                    self.missed.add(category)
        if entry.sender is Sender.AGENT:
            self.open.clear()
            if self.taken and not self.answered:
                self.answered = True
                self.responses.append(entry.at - self.taken)

    def move(self, event: Message) -> None:
        to = event.data["to"]
        if self.owner == "agent":
            self.handled += event.at - self.since
            self.holds.append((self.agent, self.since, event.at))
        if self.owner == "bot" and to in {"queue", "agent"}:
            self.called, self.reason, self.ever_called = event, str(event.data["why"]), True
            self.taken, self.answered, self.handled = None, False, timedelta(0)
            self.lined += 1
            self.reasons.append(self.reason)
        if to == "agent":
            self.agent = str(event.data["by"])
            if self.taken is None and self.called:
                self.taken = event.at
                self.waits.append(event.at - self.called.at)
                self.connected += 1
        if to in {"bot", "closed"} and self.called:
            if self.taken:
                self.handlings.append(self.handled)
            else:
                self.given_up = True
            self.called = self.taken = None
        self.owner, self.since = to, event.at

    @property
    def settled(self) -> bool:
        return not self.open and not self.given_up


def recounted(archived: Archived) -> Recount:
    count = Recount()
    for entry in archived.log:
        count.take(entry)
    return count


def spread_of(spans: list[timedelta]) -> Spread:
    if not spans:
        return Spread(None, None, 0)
    spans = sorted(spans)
    half = len(spans) // 2
    middle = spans[half] if len(spans) % 2 else (spans[half - 1] + spans[half]) / 2
    at_least = next(s for s in spans if sum(t <= s for t in spans) >= math.ceil(0.9 * len(spans)))
    return Spread(middle, at_least, len(spans))


def most_at_once(holds: list[tuple[str, datetime, datetime]], agent: str) -> int:
    own = [(start, end) for name, start, end in holds if name == agent and start < end]
    return max((sum(s <= at < e for s, e in own) for at, _ in own), default=0)


def check(figures: Figures, counts: list[Recount]) -> None:
    """Hold figures against what was counted again."""

    def every(name: str) -> list[Any]:
        return [one for count in counts for one in getattr(count, name)]

    asked = [count for count in counts if count.asked]
    assert figures.conversations == len(counts)
    connected, lined = (sum(getattr(c, n) for c in counts) for n in ("connected", "lined"))
    assert figures.connection == Share(connected, lined)
    assert figures.waiting == spread_of(every("waits"))
    assert figures.response == spread_of(every("responses"))
    assert figures.handling == spread_of(every("handlings"))
    assert figures.resolution == Share(sum(count.settled for count in asked), len(asked))
    alone = sum(count.settled and not count.ever_called for count in asked)
    assert figures.containment == Share(alone, len(asked))
    assert dict(figures.reasons) == Counter(every("reasons"))
    about = sum(len(count.about) for count in counts)
    missed = sum(len(count.missed) for count in counts)
    assert figures.notices == Share(about - missed, about)
    holds = every("holds")
    for load in figures.loads:
        own = [end - start for name, start, end in holds if name == load.agent]
        assert load.handling == sum(own, timedelta(0))
        assert load.most == most_at_once(holds, load.agent)
        served = [c for c in counts if load.agent in {name for name, _, _ in c.holds}]
        assert load.conversations == len(served)
    assert {load.agent for load in figures.loads} == {name for name, _, _ in holds}
