"""What the knowledge base asks of the archive: unanswered questions, and who was given what."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from conversation.archive import Archive
from conversation.conversation import Customer
from conversation.errors import ArchiveUnavailable, Unavailable
from conversation.outcome import Outcome as Became
from knowledge_base.retrieval.search import Searcher
from knowledge_base.unanswered.asked import Asked, NearestArticle, Outcome
from knowledge_base.unanswered.errors import UnansweredUnavailable
from knowledge_base.unanswered.proposals import Proposal
from knowledge_base.unanswered.store import UnansweredStore
from knowledge_base.unanswered.superseded import Given

_OUTCOMES = {
    Became.REFUSED: Outcome.REFUSED,
    Became.CLARIFIED_IN_VAIN: Outcome.CLARIFIED_IN_VAIN,
    Became.BOT_UNABLE: Outcome.BOT_NOT_ABLE,
}
_SHOWN = 2


@dataclass(frozen=True, slots=True)
class ArchiveAsked:
    """`AskedSource` on the archive: questions are seen once their conversation is closed."""

    archive: Archive

    def since(self, at: datetime, limit: int) -> list[Asked]:
        """See `AskedSource.since`."""
        with _reachable():
            return [
                Asked(one.text, one.conversation_id, one.at, _OUTCOMES[one.outcome])
                for one in self.archive.questions(at, _OUTCOMES.keys(), limit)
            ]


@dataclass(frozen=True, slots=True)
class ArchiveGiven:
    """`GivenAnswers` on the archive."""

    archive: Archive

    def given(self, article_id: str) -> list[Given]:
        """See `GivenAnswers.given`."""
        with _reachable():
            return [
                Given(one.conversation_id, masked(one.customer), one.at, one.revision)
                for one in self.archive.quoted(article_id)
            ]


@dataclass(frozen=True, slots=True)
class SearchedArticles:
    """`NearestArticles` by search among the published articles, internal ones included."""

    searcher: Searcher

    def nearest(self, texts: Sequence[str]) -> list[NearestArticle | None]:
        """See `NearestArticles.nearest`."""
        return [self._nearest(text) for text in texts]

    def _nearest(self, text: str) -> NearestArticle | None:
        result = self.searcher.search(text, audience="internal", depth=1)
        if not result.hits:
            return None
        [hit] = result.hits
        return NearestArticle(hit.article_id, hit.title, hit.probability)


@dataclass(frozen=True, slots=True)
class ProposedAnswers:
    """The desk's port for proposals, on the knowledge base's store of them."""

    store: UnansweredStore

    async def propose(self, question: str, answer: str, by: str, conversation_id: str) -> None:
        """See `handoff.proposals.Proposals`."""
        proposal = Proposal(question, answer, by, conversation_id, datetime.now(UTC))
        try:
            await asyncio.to_thread(self.store.propose, proposal)
        except UnansweredUnavailable as error:
            raise Unavailable from error


def masked(customer: Customer) -> str:
    """Return the channel and the ends of the customer's id there (`web:vi…-1`)."""
    hidden = len(customer.id) <= 3 * _SHOWN
    shown = "…" if hidden else f"{customer.id[:_SHOWN]}…{customer.id[-_SHOWN:]}"
    return f"{customer.channel}:{shown}"


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except ArchiveUnavailable as error:
        raise UnansweredUnavailable from error
