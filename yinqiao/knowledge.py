"""The knowledge base as the rest of the system sees it: the bot's `Answers`, and publishing."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.actions.ports import Article, Candidate, Decision, Outcome, Question
from bot.errors import AnswersUnavailable
from knowledge_base.answer import make_answer
from knowledge_base.article import Article as Stored
from knowledge_base.errors import SnapshotError, UnknownArticle
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.process_tuner import ProcessTuner
from knowledge_base.retrieval.search import Searcher
from language.encoder import Encoder
from yinqiao.settings import Settings


@dataclass(frozen=True, slots=True)
class SearchedAnswers:
    """`Answers` by search. Searching is computation, so it runs in a thread."""

    searcher: Searcher

    async def decide(self, question: Question) -> Decision:
        """See `Answers.decide`."""
        try:
            return await asyncio.to_thread(self._decide, question)
        except (SnapshotError, UnknownArticle) as error:
            # An article that a publication took away in mid-search: the turn comes again.
            raise AnswersUnavailable from error

    async def article(self, article_id: str) -> Article | None:
        """See `Answers.article`."""
        try:
            return _article(self.searcher.article(article_id))
        except UnknownArticle:
            return None
        except SnapshotError as error:
            raise AnswersUnavailable from error

    def _decide(self, question: Question) -> Decision:
        result = self.searcher.search(question.text, context=question.context)
        found = result.options if result.decision == "clarify" else result.hits
        candidates = tuple(Candidate(hit.article_id, hit.title) for hit in found)
        if result.decision == "answer":
            best = _article(self.searcher.article(candidates[0].id))
            return Decision(Outcome.ANSWER, best, candidates[1:], result.probability)
        return Decision(Outcome(result.decision), None, candidates, result.probability)


def _article(stored: Stored) -> Article:
    answer = make_answer(stored)
    return Article(
        id=answer.article_id,
        title=answer.title,
        text=answer.text,
        source=answer.source,
        revision=answer.revision,
        valid_until="" if answer.valid_until == date.max else answer.valid_until.isoformat(),
        categories=frozenset(answer.categories),
        topic=stored.topic,
        no_product=answer.no_product,
    )


def load_encoder(settings: Settings) -> Encoder:
    """Load the built sentence encoder."""
    return Encoder.load(settings.encoder_dir)


def _builders_encoder(settings: Settings) -> Encoder:
    """Load it for a build, which encodes thousands of texts on all processors."""
    return Encoder.load(settings.encoder_dir, threads=len(os.sched_getaffinity(0)))


def builder_of(settings: Settings) -> Builder:
    """Return what builds snapshots; vectors and tuned encoders are kept between builds."""
    cache = settings.var / "cache"
    return Builder(
        _builders_encoder(settings), _tuner(settings, cache / "tuned"), cache / "vectors"
    )


@contextmanager
def fresh_builder(settings: Settings) -> Iterator[Builder]:
    """Give a builder that keeps nothing, so that the time it takes is the whole time."""
    with tempfile.TemporaryDirectory(prefix="yinqiao-tuned-") as folder:
        yield Builder(_builders_encoder(settings), _tuner(settings, Path(folder)))


def _tuner(settings: Settings, cache: Path) -> ProcessTuner | None:
    return None if settings.tuning == "off" else ProcessTuner(settings.encoder_dir, cache)
