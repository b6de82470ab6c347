"""One customer message as an action sees it, and what the action makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.actions.memory import Memory
from conversation.conversation import Handoff
from conversation.message import Draft
from conversation.turn import Route


@dataclass(frozen=True, slots=True)
class Turn:
    """The message, its understanding and the memory before it.

    `follows` tells whether the last reply was one of the actions', so that its question
    ("shall I call a person?") is still open; after chit-chat it no longer is. `large_text`: the
    customer reads large text.
    """

    text: str
    intent: str
    confidence: float = 0.0
    entities: tuple[dict[str, Any], ...] = ()
    memory: Memory = field(default_factory=Memory)
    follows: bool = False
    conversation: str = ""
    large_text: bool = False

    @property
    def asked(self) -> str | None:
        """Return the menu that is still open."""
        return self.memory.asked if self.follows else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say, which way the message went, and the memory after it."""

    drafts: tuple[Draft, ...]
    route: Route
    memory: Memory
    handoff: Handoff | None = None
