"""One conversation as a page has it open: state, log, facts, and what is unread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from conversation.conversation import Conversation, Owner
from conversation.message import Message, Sender
from conversation.signals import Signs
from handoff.accounts import Account
from handoff.context import Context, Facts
from handoff.service import DeskService


@dataclass(slots=True)
class Opened:
    """Kept in step with the log by `catch_up`; holds nothing that the log does not.

    Hold `step` while catching up and showing what is new, so that nothing is shown twice; hold
    `saying` while a sentence is sent, so that the next one comes after it.
    """

    conversation: Conversation
    entries: list[Message] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    signs: Signs = field(default_factory=Signs)
    step: asyncio.Lock = field(default_factory=asyncio.Lock)
    saying: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def id(self) -> str:
        """The conversation's id."""
        return self.conversation.id

    @property
    def context(self) -> Context:
        """What the context panel shows."""
        return Context(self.conversation, self.facts)

    @property
    def last(self) -> Message | None:
        """The last thing that was said; what the house announces is not of interest."""
        said = (e for e in reversed(self.entries) if e.for_customer)
        return next((e for e in said if e.sender is not Sender.SYSTEM), None)

    @property
    def unanswered(self) -> int:
        """How many messages of the customer wait for an answer."""
        return len(self.facts.open)

    def asked_before(self, answer: Message) -> Message | None:
        """Return the last thing the customer wrote before this entry."""
        place = next((n for n, entry in enumerate(self.entries) if entry.id == answer.id), 0)
        before = reversed(self.entries[:place])
        return next((entry for entry in before if entry.sender is Sender.CUSTOMER), None)

    async def catch_up(self, service: DeskService) -> list[Message]:
        """Read the state and what is new in the log; returns the new entries."""
        new = await service.read(self.id, self.facts.last)
        self.conversation = await service.get(self.id)
        self.signs = await service.signals.of(self.id)
        self.entries += new
        self.facts.add(new)
        return new

    def is_of(self, account: Account) -> bool:
        """Return whether the account may speak."""
        held = self.conversation
        return held.owner is Owner.AGENT and held.agent == account.login
