"""What the dialogue asks of the knowledge base, and of complaint tickets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

_NEEDS_ARTICLE = "an answer needs its article"
_NEEDS_CANDIDATES = "a clarification needs candidates"


class Outcome(StrEnum):
    """What the knowledge base advises: answer, ask back, or say that it does not know."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Question:
    """A customer's words; `context` is the earlier question that they may follow up."""

    text: str
    intent: str = ""
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A published article as it is said to the customer: text verbatim, values filled in.

    `categories` are the product categories of the article's tags (ids of compliance), `topic` the
    subject it is filed under. `no_product`: it was reviewed and is about none of them.
    """

    id: str
    title: str
    text: str
    source: str = ""
    revision: str = ""
    categories: frozenset[str] = frozenset()
    valid_until: str = ""
    topic: str = ""
    no_product: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that might be meant: its id and its title, which is a question."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The advice. `candidates`: what to ask back with, or the runners-up of an answer."""

    outcome: Outcome
    article: Article | None = None
    candidates: tuple[Candidate, ...] = ()
    probability: float = 0.0

    def __post_init__(self) -> None:
        """Refuse advice that cannot be followed."""
        if self.outcome is Outcome.ANSWER and self.article is None:
            raise ValueError(_NEEDS_ARTICLE)
        if self.outcome is Outcome.CLARIFY and not self.candidates:
            raise ValueError(_NEEDS_CANDIDATES)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a customer's complaints stand: approved sentences, said word for word.

    `known` is false when they say that nothing was found; without words nobody can tell now.
    """

    words: tuple[str, ...] = ()
    known: bool = False


class Complaints(Protocol):
    """Complaint tickets. It raises nothing: what cannot be told is no words.

    The only check is that the customer of the conversation is the one who complained.
    """

    async def by_number(self, conversation_id: str, text: str) -> Standing:
        """Return how the complaint stands whose number is in a text."""

    async def running(self, conversation_id: str) -> Standing:
        """Return how every complaint stands that the customer still waits for."""


class Answers(Protocol):
    """The knowledge base. Raises `AnswersUnavailable`; the turn then fails and comes again."""

    async def decide(self, question: Question) -> Decision:
        """Answer, ask back or refuse, by calibrated probability."""

    async def article(self, article_id: str) -> Article | None:
        """Return a published article that customers may see; None when there is none."""
