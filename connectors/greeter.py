"""The first words to a visitor, which say at once that a robot speaks."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from conversation.approved import Author
from conversation.conversation import Conversation, Customer
from conversation.errors import Refused
from conversation.message import Sender
from conversation.ports import Conversations, Gate, Turns
from conversation.utterances import Utterances


@dataclass(frozen=True, slots=True)
class Greeter:
    """Opens a new visitor's first conversation with the approved greeting."""

    conversations: Conversations
    turns: Turns
    gate: Gate
    utterances: Utterances

    async def greet(self, customer: Customer) -> None:
        """Greet whoever has never been here; a returning customer sees the history instead."""
        if await self.conversations.current(customer) is not None:
            return
        conversation = await self.conversations.open(customer)
        if await self.conversations.log(conversation.id, limit=1):
            return
        await self._say(conversation)
        await self.turns.put(conversation.id)

    async def _say(self, conversation: Conversation) -> None:
        draft = self.utterances.draft("greeting")
        approved = self.gate.approve(conversation, Author(Sender.BOT, conversation.epoch), [draft])
        with contextlib.suppress(Refused):
            await self.conversations.send(approved)
