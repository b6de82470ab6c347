"""The flat table of all wordings, grouped by article: the texts, vectors and word indexes searched.

Rows of one article stand together, its title first; `starts[a]` is article a's first row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.bm25 import Bm25
from knowledge_base.retrieval.coverage import Coverage
from knowledge_base.retrieval.space import Space
from language import segment
from language.normalise import compact, normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from knowledge_base.article import Article

    Vectors = tuple[NDArray[np.float32], NDArray[np.float32]]
    """(N, D) of the wordings and (A, D) of the answers."""

INDEXES = ("chars", "words", "answers")
ANSWER_LENGTH = 200
"""Characters of an answer that are encoded: its first sentences say what it is about."""

LIKE_A_TITLE = 2
"""A body more than so many times as long as its title is not the title over again."""


def char_tokens(text: str) -> list[str]:
    """Return the character uni- and bigrams of a text, white space and punctuation dropped."""
    return list(segment.char_ngrams(compact(text), 1, 2))


def word_tokens(text: str) -> list[str]:
    """Return the jieba words of a text that hold at least one letter, digit or ideograph."""
    return [word for word in segment.words(normalise(text)) if any(c.isalnum() for c in word)]


@dataclass(frozen=True)
class Wordings:
    """N wordings of A articles, with their vectors and word indexes."""

    texts: tuple[str, ...]
    keys: tuple[str, ...]
    """`compact` form of each text: equal keys are the same wording."""
    owner: NDArray[np.int32]
    """(N,) article number of each wording."""
    starts: NDArray[np.int64]
    """(A,) first row, the title's, of each article."""
    base: Space
    """What the encoder that is shared by all corpora sees."""
    tuned: Space | None
    """What the encoder that was tuned on this very corpus sees, if there is one."""
    chars: Bm25
    words: Bm25
    answers: Bm25
    """Character index over the A answers."""
    coverage: Coverage

    @property
    def articles(self) -> int:
        """The number of articles A."""
        return len(self.starts)

    @property
    def counts(self) -> NDArray[np.int64]:
        """(A,) number of wordings of each article."""
        return np.diff(np.append(self.starts, len(self.texts)))


def texts_of(articles: Sequence[Article]) -> list[str]:
    """Return the normalised wordings of all articles in row order, as they are to be encoded."""
    return [normalise(wording) for article in articles for wording in article.wordings]


def answers_of(articles: Sequence[Article]) -> list[str]:
    """Return the normalised beginnings of all answers, as they are to be encoded.

    An article whose answer is just its title has none: "" stands for it.
    """
    return ["" if _untold(one) else normalise(one.body)[:ANSWER_LENGTH] for one in articles]


def _untold(article: Article) -> bool:
    # Most bodies are far longer: what loads a snapshot must not look closely at each.
    short = len(article.body) <= LIKE_A_TITLE * len(article.title)
    return short and compact(article.body) == compact(article.title)


def build(articles: Sequence[Article], vectors: Vectors, tuned: Vectors | None = None) -> Wordings:
    """Index `articles` with the vectors of `texts_of` and of `answers_of` them."""
    texts = texts_of(articles)
    indexes = {
        "chars": Bm25.build([char_tokens(text) for text in texts]),
        "words": Bm25.build([word_tokens(text) for text in texts]),
        "answers": Bm25.build([char_tokens(text) for text in answers_of(articles)]),
    }
    return assemble(articles, vectors, tuned, indexes)


def assemble(
    articles: Sequence[Article],
    vectors: Vectors,
    tuned: Vectors | None,
    indexes: Mapping[str, Bm25],
) -> Wordings:
    """Put the table together from vectors and word indexes that are already there."""
    texts = texts_of(articles)
    counts = [len(article.wordings) for article in articles]
    owner = np.repeat(np.arange(len(articles), dtype=np.int32), counts)
    given = np.array([bool(text) for text in answers_of(articles)])
    return Wordings(
        texts=tuple(texts),
        keys=tuple(compact(text) for text in texts),
        owner=owner,
        starts=np.cumsum([0, *counts[:-1]]),
        base=Space.build(*vectors, given),
        tuned=Space.build(*tuned, given) if tuned else None,
        **indexes,
        coverage=Coverage(indexes["chars"], owner, len(articles)),
    )


def seen_by(wordings: Wordings, tuned: Vectors) -> Wordings:
    """Return the same table with the tuned vectors `tuned`."""
    given = np.asarray(wordings.base.answer_centred.any(axis=1))
    return replace(wordings, tuned=Space.build(*tuned, given))


def save(wordings: Wordings, folder: Path) -> None:
    """Write the vectors and the indexes; texts come from the articles."""
    for name, space in (("base", wordings.base), ("tuned", wordings.tuned)):
        if space is not None:
            np.save(folder / f"{name}.npy", space.raw)
            np.save(folder / f"{name}_answers.npy", space.answer_raw)
    for name in INDEXES:
        index: Bm25 = getattr(wordings, name)
        index.save(folder / "bm25" / name)


def load(articles: Sequence[Article], folder: Path) -> Wordings:
    """Read what `save` wrote."""
    tuned = _vectors(folder, "tuned") if (folder / "tuned.npy").exists() else None
    indexes = {name: Bm25.load(folder / "bm25" / name) for name in INDEXES}
    return assemble(articles, _vectors(folder, "base"), tuned, indexes)


def _vectors(folder: Path, name: str) -> Vectors:
    raw = np.load(folder / f"{name}.npy", allow_pickle=False)
    return raw, np.load(folder / f"{name}_answers.npy", allow_pickle=False)
