"""Small stand-ins for what lies behind the core's ports."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversation.approved import Approved, Author, Seal
from conversation.conversation import Conversation, Customer, Handoff, Reason
from conversation.errors import BotUnavailable
from conversation.house import House
from conversation.intake import IntakeForm
from conversation.memory import MemoryConversations
from conversation.memory_turns import MemoryTurns
from conversation.message import Draft, Message
from conversation.ports import Incoming, Place
from conversation.reception import Reception
from conversation.settle import Settler
from conversation.turn import BotReply, Route, Understanding
from conversation.turn_handler import TurnHandler
from conversation.utterances import Utterances
from conversation.worker import TurnWorker


@dataclass
class EchoBot:
    """Repeats what it hears; hands over on 投诉; fails as often as it is told to."""

    failures: list[Exception] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def reply(self, conversation: Conversation, message: Message) -> BotReply:
        """Answer."""
        self.heard.append(message.text)
        if self.failures:
            raise self.failures.pop(0)
        if self.meanwhile:
            await self.meanwhile()
        complaint = "投诉" in message.text
        return BotReply(
            Understanding("complaint" if complaint else "echo", 0.9),
            Route.COMPLAINT if complaint else Route.ANSWER,
            (Draft(f"答：{message.text}"),),
            Handoff(Reason.COMPLAINT, "complaint", 0.9, message.text) if complaint else None,
        )


class DeadBot:
    """Is down."""

    async def reply(self, conversation: Conversation, message: Message) -> BotReply:
        """Fail."""
        raise BotUnavailable


@dataclass
class OpenGate:
    """Seals everything."""

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
        """Approve."""
        return Approved(conversation.id, author, tuple(drafts), seal=self.seal)


@dataclass
class ListQueue:
    """A line without agents."""

    line: list[str] = field(default_factory=list)

    async def enqueue(self, conversation: Conversation) -> Place:
        """Queue."""
        if conversation.id not in self.line:
            self.line.append(conversation.id)
        return Place("general", 1, self.line.index(conversation.id) + 1)

    async def place(self, conversation_id: str) -> Place | None:
        """Find."""
        if conversation_id not in self.line:
            return None
        return Place("general", 1, self.line.index(conversation_id) + 1)

    async def withdraw(self, conversation_id: str) -> None:
        """Remove."""
        if conversation_id in self.line:
            self.line.remove(conversation_id)


@dataclass
class ListRecorder:
    """Remembers which entries it was given."""

    entries: list[str] = field(default_factory=list)

    async def catch_up(self, conversation: Conversation, entries: Sequence[Message]) -> None:
        """Record."""
        self.entries += [entry.id for entry in entries if entry.id not in self.entries]


class WordLexicon:
    """Knows 被骗, 人工 and 投诉."""

    def reason(self, text: str) -> str | None:
        """Match."""
        if "被骗" in text:
            return "fraud"
        return "human" if "人工" in text else "complaint" if "投诉" in text else None


@dataclass
class Bench:
    """Everything wired together in memory."""

    bot: EchoBot | DeadBot
    seal: Seal = field(default_factory=Seal)
    pauses: list[float] = field(default_factory=list)
    _names: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        """Wire."""
        self.store = MemoryConversations(self.seal)
        self.turns = MemoryTurns()
        self.gate = OpenGate(self.seal)
        self.queue = ListQueue()
        self.recorder = ListRecorder()
        words = Utterances.load()
        self.settler = Settler(self.store, self.turns, self.gate, self.queue, self.recorder, words)
        lexicon = WordLexicon()
        house = House(self.store, self.turns, self.gate, words)
        handler = Reception(
            *(self.store, self.queue, house, lexicon, IntakeForm.load()),
            TurnHandler(self.store, self.turns, self.bot, self.gate, lexicon, words),
        )
        self.worker = TurnWorker(self.store, self.turns, handler, self.settler, pause=self.paused)

    async def paused(self, seconds: float) -> None:
        """Note a pause instead of making it."""
        self.pauses.append(seconds)

    async def hear(self, customer: Customer, text: str) -> list[Message]:
        """Take a message and work until all is quiet; returns what was logged after it."""
        name = f"c-{next(self._names)}"
        accepted = await self.store.accept(customer, Incoming(name, text))
        await self.turns.put(accepted.conversation_id)
        await self.work()
        return await self.store.log(accepted.conversation_id, after=accepted.message_id)

    async def work(self) -> None:
        """Work until all is quiet."""
        tickets = self.turns.take()
        while not self.turns.is_quiet():
            await self.worker.work(await anext(tickets))
