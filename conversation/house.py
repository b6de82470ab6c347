"""The house's own voice: approved utterances, whoever owns the conversation."""

from __future__ import annotations

from dataclasses import dataclass

from conversation.approved import Approved, Author
from conversation.conversation import Conversation
from conversation.errors import Closed, OwnerChanged, UnknownConversation
from conversation.message import Draft, Sender
from conversation.ports import Conversations, Gate, Turns
from conversation.utterances import Utterances


@dataclass(frozen=True, slots=True)
class House:
    """Says what belongs to nobody's turn. Raises `Unavailable`, and `Blocked` as the gate does."""

    conversations: Conversations
    turns: Turns
    gate: Gate
    utterances: Utterances

    def approve(self, conversation: Conversation, *drafts: Draft) -> Approved:
        """Pass the gate in the house's name."""
        author = Author(Sender.SYSTEM, conversation.epoch)
        return self.gate.approve(conversation, author, drafts)

    async def tell(self, conversation_id: str, draft: Draft, *, once: str) -> bool:
        """Tell the customer something, once under a name; False when it is closed or gone.

        Whoever owns the conversation meanwhile: it is said again under the new epoch.
        """
        while True:
            try:
                conversation = await self.conversations.get(conversation_id)
                said = await self.conversations.send(self.approve(conversation, draft), once=once)
            except OwnerChanged:
                continue
            except (Closed, UnknownConversation):
                return False
            if said:
                await self.turns.put(conversation_id)  # the audit chain takes it from the log
            return True
