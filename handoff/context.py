"""What an agent must know at first sight, folded from the log; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from conversation.conversation import Conversation
from conversation.message import Kind, Message, NoticeRef, Sender, SourceRef
from conversation.reception import COMMENT, RATED, SCORE
from conversation.turn import Route
from handoff.mood import Heard

_SETTLED = {Route.ANSWER, Route.CHITCHAT, Route.HUMAN}
_RATING = {SCORE, COMMENT, RATED}
_TALK = {Route.CHITCHAT, Route.HUMAN}


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice that the customer was shown, when, and by whom."""

    notice: NoticeRef
    at: datetime
    by: Sender


@dataclass(frozen=True, slots=True)
class Quoted:
    """An article that was quoted, and when it was last."""

    source: SourceRef
    at: datetime


@dataclass(slots=True)
class Facts:
    """The facts of a conversation's log; add the entries in order, each once.

    `need` is the first thing the customer said that was neither small talk nor only a call
    for a person. `open` are the customer's messages that nobody answered: the bot refused,
    asked back or handed over, and no agent has said anything since. `told` is what the customer
    told the house for the agent: a message, or what was added to a complaint, by field.
    """

    need: str = ""
    asked: list[str] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    read: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """(Notice id, version) → when the customer last said to have read it."""
    quoted: dict[str, Quoted] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    intents: dict[str, tuple[str, float]] = field(default_factory=dict)
    last: str = "0-0"
    _open: dict[str, str] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)
    _at: dict[str, datetime] = field(default_factory=dict)

    @property
    def open(self) -> list[str]:
        """What nobody answered, oldest first."""
        return list(self._open.values())

    @property
    def heard(self) -> list[Heard]:
        """What the customer said, with what the understanding made of it, oldest first."""
        unknown = ("", 0.0)
        return [Heard(text, *self.intents.get(name, unknown)) for name, text in self._said.items()]

    @property
    def open_since(self) -> datetime | None:
        """When the oldest of what nobody answered was said."""
        oldest = next(iter(self._open), None)
        return self._at.get(oldest) if oldest else None

    def add(self, entries: Iterable[Message]) -> None:
        """Fold in log entries."""
        for entry in entries:
            self._add(entry)
            self.last = entry.id

    def _add(self, entry: Message) -> None:
        if entry.notice:
            self.shown.append(Shown(entry.notice, entry.at, entry.sender))
        for source in entry.sources:
            self.quoted[source.id] = Quoted(source, entry.at)
        if entry.kind is Kind.TURN:
            self._turn(entry)
        elif entry.sender is Sender.CUSTOMER:
            self.asked.append(entry.text)
            self._open[entry.id] = self._said[entry.id] = entry.text
            self._at[entry.id] = entry.at
        elif entry.sender is Sender.AGENT and entry.kind is Kind.TEXT:
            self._open.clear()

    def _turn(self, entry: Message) -> None:
        for notice in entry.data.get("acknowledged", ()):
            self.read[notice["id"], notice["version"]] = entry.at
        answers: dict[str, str] = entry.data.get("answers") or {}
        self.told |= {name: text for name, text in answers.items() if name not in _RATING}
        asked = entry.reply_to or ""
        route = entry.data.get("route")
        if intent := entry.data.get("intent"):
            self.intents[asked] = (str(intent), float(entry.data.get("confidence") or 0.0))
        if route in _SETTLED:
            self._open.pop(asked, None)
        if not self.need and route and route not in _TALK:
            self.need = self._said.get(asked, "")


@dataclass(frozen=True, slots=True)
class Context:
    """One conversation with its facts."""

    conversation: Conversation
    facts: Facts

    @property
    def summary(self) -> str:
        """The facts in a few lines, for who takes the conversation up next."""
        facts = self.facts
        answered = [quoted.source.title for quoted in facts.quoted.values()]
        shown = [one.notice.title or one.notice.id for one in facts.shown]
        lines = (
            ("客户需求", self.need),
            ("已解答", "、".join(answered)),
            ("已展示风险提示", "、".join(shown)),
            ("待答复", "；".join(facts.open)),
        )
        return "\n".join(f"{name}：{value or '无'}" for name, value in lines)

    @property
    def need(self) -> str:
        """What the customer came for; what triggered the handoff when nothing else is known."""
        handoff = self.conversation.handoff
        return self.facts.need or (handoff.trigger if handoff else "")
