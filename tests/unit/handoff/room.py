"""A whole desk in one process, on the doubles of the ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from conversation.approved import Approved, Author, Seal
from conversation.conversation import Conversation, Customer, Handoff, Reason
from conversation.errors import Blocked, Finding
from conversation.memory import MemoryConversations
from conversation.memory_signals import MemorySignals
from conversation.memory_turns import MemoryTurns
from conversation.message import Draft, Kind, Message, NoticeRef
from conversation.ports import Incoming
from conversation.utterances import Utterances
from handoff.accounts import Account, Role
from handoff.memory_queue import MemoryHandoffQueue
from handoff.routing import Routing
from handoff.service import DeskService
from tests.unit.handoff.people import NOON

FUND = NoticeRef("fund_risk", "2026-01", "fund", "基金风险提示")
ZHOU = Account("zhou", "周晓", frozenset({Role.AGENT}), frozenset({"general"}), 2)
LIN = Account("lin", "林一", frozenset({Role.AGENT}), frozenset({"general", "complaints"}))
GU = Account("gu", "顾言", frozenset({Role.SUPERVISOR, Role.AGENT}))
LEASE = timedelta(seconds=90)


@dataclass(frozen=True)
class TinyGate:
    """A gate that knows one word and one notice; the real one has its own tests."""

    seal: Seal

    def approve(
        self,
        conversation: Conversation,
        author: Author,
        drafts: Sequence[Draft],
        *,
        intent: str = "",
        entities: Sequence[Mapping[str, Any]] = (),
    ) -> Approved:
        """Block 保本, put the fund notice before 基金, whatever the intent."""
        del intent
        text = "".join(draft.text for draft in drafts)
        at = text.find("保本")
        if at >= 0:
            raise Blocked((Finding("promise", (at, at + 2), "保本", "不能承诺保本", "规则"),))
        due: list[Draft] = []
        requires = (FUND,) if "基金" in text else ()
        if requires and conversation.notices.get("fund") != FUND:
            due = [Draft("基金有风险,投资需谨慎。", Kind.NOTICE, notice=FUND)]
        messages = (*due, *drafts)
        return Approved(conversation.id, author, messages, requires, seal=self.seal)

    def release(
        self, conversation: Conversation, author: Author, drafts: Sequence[Draft]
    ) -> Approved:
        """Release anything but 保本保息."""
        text = "".join(draft.text for draft in drafts)
        at = text.find("保本保息")
        if at >= 0:
            raise Blocked((Finding("loss", (at, at + 4), "保本保息", "不能承诺", "规则"),))
        return Approved(conversation.id, author, tuple(drafts), seal=self.seal)


@dataclass
class Book:
    """An audit trail to look at."""

    rows: list[tuple[str, str, str, dict[str, object]]] = field(default_factory=list)

    async def record(self, kind: str, actor: str, subject: str, data: Mapping[str, object]) -> None:
        """Note a record."""
        self.rows.append((kind, actor, subject, dict(data)))

    async def catch_up(self, conversation: Conversation, entries: Sequence[Message]) -> None:
        """Take the log's entries; nothing here looks at them."""

    @property
    def kinds(self) -> list[str]:
        """What was recorded, in order."""
        return [row[0] for row in self.rows]


def masked(text: str) -> str:
    """Redact one number; the real redactor has its own tests."""
    return text.replace("6222020200112230", "6222****2230")


class Room:
    """Conversations, queue and desk under one clock that can be moved."""

    def __init__(self) -> None:
        """Start empty, at noon."""
        self.now = NOON
        self.seal = seal = Seal()
        routing = Routing.load()
        self.conversations = MemoryConversations(seal, self.clock)
        self.queue = MemoryHandoffQueue(routing, self.clock, lease_seconds=LEASE.total_seconds())
        self.turns = MemoryTurns()
        self.signals = MemorySignals(self.conversations.wake, self.clock)
        self.book = Book()
        self.desk = DeskService(
            *(self.conversations, self.turns, self.queue, TinyGate(seal)),
            *(Utterances.load(), self.book, routing, self.signals),
            masked,
        )

    def clock(self) -> datetime:
        """Return the room's time."""
        return self.now

    async def waits(
        self, name: str, reason: Reason = Reason.HUMAN, said: str = "我要找人工"
    ) -> str:
        """Let a customer write, and wait for a person; returns the conversation."""
        customer = Customer("web", name)
        accepted = await self.conversations.accept(customer, Incoming(f"{name}-1", said))
        identifier = accepted.conversation_id
        handoff = Handoff(reason, intent="human_request", confidence=0.97, trigger=said)
        await self.conversations.request_handoff(identifier, 1, handoff)
        await self.queue.enqueue(await self.conversations.get(identifier))
        return identifier

    async def texts(self, identifier: str) -> list[str]:
        """Return what stands in the log, records left out."""
        return [m.text for m in await self.conversations.log(identifier) if m.for_customer]
