"""Building: from articles to a snapshot that is written but not yet in service."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.errors import BuildFailed
from knowledge_base.retrieval import snapshot as snapshots
from knowledge_base.retrieval import training, wordings
from knowledge_base.retrieval.encoding import VectorCache, encode_all
from knowledge_base.retrieval.examples import Foreign, Helpers, collect, teaches
from knowledge_base.retrieval.models import prior
from knowledge_base.retrieval.settings import SearchSettings, load_far_utterances, load_settings
from knowledge_base.retrieval.signals import QueryVectors
from knowledge_base.retrieval.tuning import ALONE, NONE, Sentences, deal, spare
from language.encoder import Encoder
from language.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from knowledge_base.article import Article
    from knowledge_base.retrieval.encoding import SentenceEncoder
    from knowledge_base.retrieval.models import Models
    from knowledge_base.retrieval.snapshot import Snapshot
    from knowledge_base.retrieval.tuning import Tuned, Tuner
    from knowledge_base.retrieval.wordings import Wordings

    Progress = Callable[[str], None]
    Vectors = NDArray[np.float32]


def silent(_message: str) -> None:
    """Say nothing: the progress of builds nobody watches."""


@dataclass(frozen=True)
class Builder:
    """What a build needs: the shared encoder, and how the corpus may get one of its own.

    `cache` is a folder for vectors that makes rebuilds fast.
    """

    encoder: SentenceEncoder
    tuner: Tuner | None = None
    cache: Path | None = None
    settings: SearchSettings = field(default_factory=load_settings)

    def build(
        self, articles: Sequence[Article], out: Path, progress: Progress = silent
    ) -> Snapshot:
        """Write a snapshot of the published articles below `out`.

        Drafts and retired articles are left out altogether; internal ones are in, and search
        keeps them from customers.

        Raises:
            BuildFailed: nothing is published, or ids are not unique.
        """
        chosen = tuple(sorted((a for a in articles if a.status == "published"), key=lambda a: a.id))
        if len({article.id for article in chosen}) != len(chosen):
            message = "article ids are not unique"
            raise BuildFailed(message)
        if not chosen:
            message = "there is no published article"
            raise BuildFailed(message)
        corpus = _Corpus.of(chosen)
        tuned = self._tune(corpus, progress)
        own = Encoder.load(tuned.folder, threads=_cores()) if tuned else None
        vectors = self._encode(corpus.distinct, own or self.encoder, progress)
        # A tuned encoder's vectors are the shared one's and, beside them, what tuning made of them.
        base = corpus.split(vectors[:, : self.encoder.dimension])
        final = corpus.split(vectors[:, self.encoder.dimension :]) if own else None
        index = wordings.build(chosen, base[:2], final[:2] if final else None)
        foreign = Foreign(
            corpus.far, QueryVectors(base[2], final[2] if final else None), corpus.topics
        )
        models = self._learn(index, corpus.helpers(index, tuned), foreign, progress)
        return snapshots.write(
            out,
            snapshots.Parts(chosen, index, models),
            snapshots.Encoders(
                self.encoder.fingerprint,
                own.fingerprint if own else None,
                tuned.folder if tuned else None,
            ),
            self.settings,
        )

    def _learn(
        self, index: Wordings, helpers: Helpers, foreign: Foreign, progress: Progress
    ) -> Models:
        if not teaches(index, self.settings):
            progress("too few wordings to learn from: deciding as for the shipped articles")
            return prior(index.base.centred, index.base.centre(foreign.vectors.base))
        examples = collect(index, helpers, foreign, self.settings, progress)
        return training.learn(examples, self.settings)

    def _tune(self, corpus: _Corpus, progress: Progress) -> Tuned | None:
        # An article's only wording has no other one to be brought together with.
        together = sum(len(one.wordings) for one in corpus.articles if len(one.wordings) > 1)
        enough = together >= self.settings.tuning_least
        if self.tuner is None or not enough or len(corpus.texts) > self.settings.tuning_most:
            return None
        return self.tuner.tune(corpus.sentences(self.settings.tuning_parts), progress)

    def _encode(
        self, texts: tuple[str, ...], encoder: SentenceEncoder, progress: Progress
    ) -> Vectors:
        if self.cache is None:
            return encode_all(texts, encoder, progress)
        return VectorCache(self.cache, encoder).encode(texts, progress)


def _cores() -> int:
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True)
class _Corpus:
    """The texts of a build: wordings, answers and foreign utterances, each distinct text once."""

    articles: tuple[Article, ...]
    texts: tuple[str, ...]
    owner: NDArray[np.int64]
    answers: tuple[str, ...]
    far: tuple[str, ...]
    topics: NDArray[np.int64]
    distinct: tuple[str, ...]
    row: dict[str, int]

    @classmethod
    def of(cls, articles: tuple[Article, ...]) -> _Corpus:
        topics = load_far_utterances()
        texts = tuple(wordings.texts_of(articles))
        answers = tuple(wordings.answers_of(articles))
        far = tuple(normalise(text) for group in topics for text in group)
        distinct = tuple(dict.fromkeys([*texts, *answers, *far]))
        return cls(
            articles=articles,
            texts=texts,
            owner=np.repeat(np.arange(len(articles)), [len(a.wordings) for a in articles]),
            answers=answers,
            far=far,
            topics=np.repeat(np.arange(len(topics)), [len(group) for group in topics]),
            distinct=distinct,
            row={text: number for number, text in enumerate(distinct)},
        )

    def split(self, vectors: Vectors) -> tuple[Vectors, Vectors, Vectors]:
        """Return the vectors of the wordings, of the answers and of the foreign utterances."""
        chosen = [vectors[[self.row[text] for text in part]] for part in self._kinds()]
        return chosen[0], chosen[1], chosen[2]

    def sentences(self, parts: int) -> Sentences:
        """Return the distinct texts with their groups, the wordings dealt to `parts` parts."""
        groups = np.full(len(self.distinct), ALONE)
        dealt = np.zeros(len(self.distinct), dtype=np.int64)
        spared = np.full(len(self.distinct), NONE)
        rows = [self.row[text] for text in self.texts]
        groups[rows] = self.owner
        dealt[rows] = deal(self.owner, parts)
        spared[rows] = spare(self.owner, parts)
        return Sentences(self.distinct, groups, dealt, spared)

    def helpers(self, index: wordings.Wordings, tuned: Tuned | None) -> Helpers:
        """Return the tables in which left-out wordings are looked up, and which in which."""
        if tuned is None:
            return Helpers.none(index)
        sentences = self.sentences(len(tuned.vectors))
        rows = [self.row[text] for text in self.texts]
        part, spared = sentences.parts[rows], sentences.spared[rows]
        return Helpers(
            own=np.where(part == spared, NONE, part),
            near=spared,
            tables=tuple(wordings.seen_by(index, self.split(seen)[:2]) for seen in tuned.vectors),
        )

    def _kinds(self) -> tuple[tuple[str, ...], ...]:
        return self.texts, self.answers, self.far
