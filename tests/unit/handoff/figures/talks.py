"""Archived conversations, built step by step on a clock that only a step moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from conversation.archive import Archived
from conversation.conversation import Customer, conversation_id
from conversation.message import Kind, Message, NoticeRef, Sender, SourceRef
from conversation.turn import Route

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
"""Noon in Beijing, a Monday."""


def due(text: str, _: datetime) -> frozenset[str]:
    """Know two categories by their names."""
    names = {"基金": "fund", "保险": "insurance"}
    return frozenset(category for name, category in names.items() if name in text)


@dataclass
class Talk:
    """A conversation under way; each step takes `after` seconds before it happens."""

    name: str = "wang"
    number: int = 1
    now: datetime = NOON
    channel: str = "web"
    entries: list[Message] = field(default_factory=list)
    owner: str = "bot"

    def __post_init__(self) -> None:
        """Note when it begins."""
        self.opened = self.now
        self.customer = Customer(self.channel, self.name)

    @property
    def id(self) -> str:
        """Its name."""
        return conversation_id(self.customer.key, self.number)

    def add(self, sender: Sender, kind: Kind, text: str, after: float, **more: object) -> str:
        """Add an entry; returns its id."""
        self.now += timedelta(seconds=after)
        entry = f"{round(self.now.timestamp() * 1000)}-{len(self.entries)}"
        made = Message(entry, self.id, sender, kind, text, **more)  # type: ignore[arg-type]
        self.entries.append(made)
        return entry

    def asks(self, text: str, route: Route | None = Route.ANSWER, after: float = 5) -> None:
        """Let the customer write, and the bot answer with a route; None: it is a person's."""
        asked = self.add(Sender.CUSTOMER, Kind.TEXT, text, after)
        if route:
            self.add(Sender.BOT, Kind.TEXT, "这样办理即可。", 1, reply_to=asked)
        data = {"route": route, "intent": "ask", "confidence": 0.8}
        self.add(Sender.SYSTEM, Kind.TURN, "", 0, reply_to=asked, data=data)

    def says(self, text: str, after: float = 10) -> None:
        """Let the agent write."""
        self.add(Sender.AGENT, Kind.TEXT, text, after)

    def bot(self, text: str, title: str = "", *, no_product: bool = False) -> None:
        """Let the bot write, from an article when it has a title."""
        sources = (SourceRef("a", title, no_product=no_product),) if title else ()
        self.add(Sender.BOT, Kind.TEXT, text, 1, sources=sources)

    def warns(self, category: str) -> None:
        """Show a notice."""
        notice = NoticeRef(category, "1", category)
        self.add(Sender.BOT, Kind.NOTICE, f"{category} 风险提示", 0, notice=notice)

    def house(self, text: str) -> None:
        """Let the house say something."""
        self.add(Sender.SYSTEM, Kind.SYSTEM, text, 0)

    def own(self, to: str, by: str = "", why: str = "", after: float = 0) -> None:
        """Change the owner."""
        data = {"event": "owner", "from": self.owner, "to": to, "by": by, "name": "", "why": why}
        self.owner = to
        self.add(Sender.SYSTEM, Kind.EVENT, "", after, data=data)

    def calls(self, why: str = "human", after: float = 1) -> None:
        """Let the bot hand over."""
        self.own("queue", "bot", why, after)

    def taken(self, agent: str = "zhou", after: float = 20) -> None:
        """Let an agent take it."""
        self.own("agent", agent, "claimed", after)

    def closed(self, by: str = "silence", after: float = 60) -> Archived:
        """Close it and return what the archive keeps."""
        self.own("closed", by, "closed", after)
        return Archived(
            self.id, self.customer, self.opened, self.entries[-1].at, by, tuple(self.entries)
        )


def exemplary(name: str = "wang", agent: str = "zhou", now: datetime = NOON) -> Archived:
    """Return a conversation with nothing to find fault with."""
    talk = Talk(name, now=now)
    talk.asks("我要投诉，手续费收错了", Route.COMPLAINT)
    talk.calls("complaint")
    talk.taken(agent)
    talk.says("您好，给您带来不便非常抱歉，我先为您核实。")
    talk.asks("好的", None, 30)
    talk.says("已为您登记，三个工作日内答复您。", 40)
    talk.says("请问还有其他需要帮助的吗？祝您生活愉快。", 20)
    talk.house("本次人工服务已结束，请您为本次服务打分。")
    return talk.closed(agent)
