"""Where an agent's good answer is proposed for the knowledge base."""

from __future__ import annotations

from typing import Protocol


class Proposals(Protocol):
    """Takes what agents propose; content staff decide."""

    async def propose(self, question: str, answer: str, by: str, conversation_id: str) -> None:
        """Keep a customer's question with the answer that `by` (a login) gave.

        Raises `Unavailable` when what is behind it does not answer.
        """
