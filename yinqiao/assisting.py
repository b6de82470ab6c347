"""The desk's assistant on the knowledge base's search."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from conversation.errors import Unavailable
from conversation.message import SourceRef
from handoff.assist import SHOWN, Suggestion
from knowledge_base.errors import SnapshotError, UnknownArticle
from knowledge_base.retrieval.search import Searcher


@dataclass(frozen=True, slots=True)
class SearchedAssist:
    """`Assist` by search among the published articles, those for staff only included."""

    searcher: Searcher

    async def suggest(self, question: str, limit: int = SHOWN) -> Sequence[Suggestion]:
        """See `Assist.suggest`; searching is computation, so it runs in a thread."""
        try:
            return await asyncio.to_thread(self._suggest, question, limit)
        except (SnapshotError, UnknownArticle) as error:
            raise Unavailable from error

    def _suggest(self, question: str, limit: int) -> list[Suggestion]:
        result = self.searcher.search(question, audience="internal", depth=limit)
        return [self._of(hit.article_id, hit.probability) for hit in result.hits[:limit]]

    def _of(self, article_id: str, probability: float) -> Suggestion:
        answer = self.searcher.answer(article_id, audience="internal")
        stored = self.searcher.article(article_id, audience="internal")
        until = "" if answer.valid_until == date.max else answer.valid_until.isoformat()
        source = SourceRef(
            article_id, answer.title, answer.source, answer.revision, until, answer.no_product
        )
        internal = stored.audience == "internal"
        return Suggestion(source, answer.text, probability, internal, frozenset(answer.categories))
