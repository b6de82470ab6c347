"""Logs as the live store writes them, built by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from conversation.archive import Archived
from conversation.conversation import Customer, conversation_id
from conversation.message import Kind, Message, Option, Sender, SourceRef
from conversation.turn import Route

START = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
MS = int(START.timestamp() * 1000)


@dataclass
class Log:
    """Appends entries one second apart."""

    customer: Customer = field(default_factory=lambda: Customer("web", "visitor-1"))
    number: int = 1
    start: int = MS
    entries: list[Message] = field(default_factory=list)

    @property
    def id(self) -> str:
        return conversation_id(self.customer.key, self.number)

    def add(
        self,
        sender: Sender,
        kind: Kind,
        text: str = "",
        *,
        reply_to: str | None = None,
        options: tuple[Option, ...] = (),
        sources: tuple[SourceRef, ...] = (),
        data: dict[str, object] | None = None,
    ) -> str:
        entry = f"{self.start + 1000 * len(self.entries)}-0"
        self.entries.append(
            Message(
                entry,
                self.id,
                sender,
                kind,
                text,
                reply_to=reply_to,
                options=options,
                sources=sources,
                data=data or {},
            )
        )
        return entry

    def ask(
        self,
        text: str,
        route: Route | None,
        *,
        intent: str = "ask",
        menu: tuple[str, ...] = (),
        sources: tuple[SourceRef, ...] = (),
        calls: str = "",
        note: str = "",
    ) -> str:
        """Add a turn: question, answer (none without a route), record, call for a person."""
        asked = self.add(Sender.CUSTOMER, Kind.TEXT, text)
        if route is not None:
            options = tuple(Option(one, one) for one in menu)
            said = f"答：{text}"
            self.add(Sender.BOT, Kind.TEXT, said, reply_to=asked, options=options, sources=sources)
        record = {"route": route, "intent": intent, "confidence": 0.75, "note": note}
        self.add(Sender.SYSTEM, Kind.TURN, reply_to=asked, data=dict(record))
        if calls:
            self.own("bot", "queue", by="bot", why=calls)
        return asked

    def own(self, old: str, new: str, *, by: str = "", why: str = "") -> None:
        data = {"event": "owner", "from": old, "to": new, "by": by, "name": "", "why": why}
        self.add(Sender.SYSTEM, Kind.EVENT, data=dict(data))

    def closed(self, by: str = "silence") -> Archived:
        self.own("bot", "closed", by=by, why="closed")
        opened = datetime.fromtimestamp(self.start / 1000, UTC)
        return Archived(
            self.id, self.customer, opened, self.entries[-1].at, by, tuple(self.entries)
        )
