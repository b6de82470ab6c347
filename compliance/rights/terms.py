"""How long each kind of record is kept, and what may not go yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from compliance.rights.holds import Holding


class Kind(StrEnum):
    """What is kept, each under a term of its own."""

    CONVERSATIONS = "conversations"
    COMPLAINTS = "complaints"
    UNANSWERED = "unanswered"
    AUDIT = "audit"
    VAULT = "vault"
    DEAD_LETTERS = "dead_letters"
    LOGS = "logs"


@dataclass(frozen=True, slots=True)
class Term:
    """Days that a record is kept, and those of them for which the law keeps it.

    After `days` it is purged. A customer's wish to delete it is fulfilled at once when the law does
    not ask for it any more; before that it becomes stored only (个人信息保护法 Art 47).
    """

    days: int
    by_law: int = 0

    def __post_init__(self) -> None:
        """Refuse a term that is shorter than the law's; raises ValueError."""
        if not 0 <= self.by_law <= self.days:
            message = f"kept for {self.days} days, but the law asks for {self.by_law}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Keep:
    """What must stay at `now`: under the law, within its term, under a legal hold."""

    now: datetime
    terms: Mapping[Kind, Term]
    holding: Holding

    def term_began(self, kind: Kind) -> datetime:
        """Return the moment before which a record has had its whole term."""
        return self.now - timedelta(days=self.terms[kind].days)

    def law_began(self, kind: Kind) -> datetime:
        """Return the moment before which the law does not ask for a record any more."""
        return self.now - timedelta(days=self.terms[kind].by_law)

    def held(self, conversation_id: str) -> bool:
        """Whether a legal hold covers a conversation."""
        return self.holding.covers(conversation_id)
