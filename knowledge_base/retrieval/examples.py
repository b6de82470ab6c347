"""What there is to learn from: every wording asks for its own article while it is left out.

No labelled traffic is needed: a wording that is hidden is a fresh question with a known answer; a
wording whose whole article is hidden is a question the corpus cannot answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.features import Candidates, candidates
from knowledge_base.retrieval.signals import QueryVectors, signals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from knowledge_base.retrieval.settings import SearchSettings
    from knowledge_base.retrieval.wordings import Wordings

    Numbers = NDArray[np.int64]
    Vectors = NDArray[np.float32]

BATCH_CELLS = 3_000_000
"""Scores held at once for one signal: bounds memory at some 100 MB however large the corpus."""
LEAST_WORDINGS = 100


@dataclass(frozen=True)
class Foreign:
    """Utterances that are not for a bank; a topic is never split when models are tested."""

    texts: tuple[str, ...]
    vectors: QueryVectors
    topics: Numbers


@dataclass(frozen=True)
class Helpers:
    """The wordings as those encoders see them by which left-out wordings are looked up.

    Each helper was tuned without the wordings it looks up as questions the corpus answers, and
    without the articles of those it looks up as questions it does not answer. A corpus that has no
    encoder of its own needs only its one table.
    """

    own: Numbers
    """(N,) helper that looks the wording up with itself hidden, -1 for none."""
    near: Numbers
    """(N,) helper that looks the wording up with its article hidden, -1 for none."""
    tables: tuple[Wordings, ...]

    @classmethod
    def none(cls, wordings: Wordings) -> Helpers:
        """Return the one table of a corpus whose encoder never saw it before."""
        first = np.zeros(len(wordings.texts), dtype=np.int64)
        return cls(first, first, (wordings,))


@dataclass(frozen=True)
class Questions:
    """Wordings as questions: what was found, whose they are, and their centred vectors."""

    found: Candidates
    owner: Numbers
    """(n,) article each belongs to."""
    vectors: Vectors
    """(n, D) by the shared encoder."""


@dataclass(frozen=True)
class Examples:
    """Three kinds of query with their candidates."""

    own: Questions
    """Wordings against the corpus without them."""
    near: Questions
    """Wordings against the corpus without their article."""
    far: Candidates
    target: Numbers
    """(n,) position of the right article in `own`, -1 when it is not among the candidates."""
    topics: Numbers
    """(m,) topic of each foreign utterance."""
    far_vectors: Vectors


def collect(
    wordings: Wordings,
    helpers: Helpers,
    foreign: Foreign,
    settings: SearchSettings,
    progress: Callable[[str], None],
) -> Examples:
    """Search for wordings with themselves and with their articles hidden, in batches.

    The corpus must be one that `teaches`.
    """
    rows = _usable(wordings, settings.training_limit)
    own: list[Questions] = []
    near: list[Questions] = []
    for number, table in enumerate(helpers.tables):
        asked = rows[(helpers.own[rows] == number) | (helpers.near[rows] == number)]
        step = max(1, BATCH_CELLS // len(wordings.texts))
        for start in range(0, len(asked), step):
            batch = asked[start : start + step]
            left_out, removed = _search(table, batch, settings.candidates)
            own.append(_keep(wordings, batch, left_out, helpers.own[batch] == number))
            near.append(_keep(wordings, batch, removed, helpers.near[batch] == number))
            share = (number + (start + len(batch)) / len(asked)) / len(helpers.tables)
            progress(f"searched for left-out wordings: {share:.0%}")
    ours = _join(own)
    hit = (ours.found.numbers == ours.owner[:, None]) & ours.found.valid
    far_found = signals(wordings, foreign.texts, foreign.vectors)
    return Examples(
        own=ours,
        near=_join(near),
        far=candidates(wordings, far_found, None, settings.candidates),
        target=np.where(hit.any(axis=1), hit.argmax(axis=1), -1),
        topics=foreign.topics,
        far_vectors=wordings.base.centre(foreign.vectors.base),
    )


def teaches(wordings: Wordings, settings: SearchSettings) -> bool:
    """Tell whether there are enough wordings and articles to leave some out and learn from it."""
    enough = len(_usable(wordings, settings.training_limit)) >= LEAST_WORDINGS
    return enough and wordings.articles >= settings.folds


def _search(wordings: Wordings, rows: Numbers, limit: int) -> tuple[Candidates, Candidates]:
    """Look up wordings with themselves hidden, and with their whole articles hidden."""
    keys = _key_numbers(wordings)
    own = wordings.owner[rows]
    same_article = own[:, None] == wordings.owner[None, :]
    same_wording = same_article & (keys[rows][:, None] == keys[None, :])
    texts = [wordings.texts[row] for row in rows]
    tuned = wordings.tuned.raw[rows] if wordings.tuned else None
    vectors = QueryVectors(wordings.base.raw[rows], tuned)
    found = signals(wordings, texts, vectors, (own, same_wording.sum(axis=1)))
    return (
        candidates(wordings, found, same_wording, limit),
        candidates(wordings, found, same_article, limit),
    )


def _keep(
    wordings: Wordings, rows: Numbers, found: Candidates, chosen: NDArray[np.bool_]
) -> Questions:
    kept = rows[chosen]
    owner = wordings.owner[kept].astype(np.int64)
    return Questions(pick(found, chosen), owner, wordings.base.centred[kept])


def _join(parts: Sequence[Questions]) -> Questions:
    return Questions(
        join([part.found for part in parts]),
        np.concatenate([part.owner for part in parts]),
        np.concatenate([part.vectors for part in parts]),
    )


def join(parts: Sequence[Candidates]) -> Candidates:
    """Put batches of candidates one after the other."""
    return Candidates(
        numbers=np.concatenate([part.numbers for part in parts]),
        valid=np.concatenate([part.valid for part in parts]),
        features=np.concatenate([part.features for part in parts]),
        lengths=np.concatenate([part.lengths for part in parts]),
    )


def pick(found: Candidates, chosen: NDArray[np.bool_]) -> Candidates:
    """Keep the chosen queries."""
    return Candidates(
        found.numbers[chosen], found.valid[chosen], found.features[chosen], found.lengths[chosen]
    )


def _usable(wordings: Wordings, limit: int) -> Numbers:
    """Return the rows to learn from: an article's only wording cannot be left out."""
    rows = np.flatnonzero(wordings.counts[wordings.owner] > 1)
    if len(rows) <= limit:
        return rows
    return rows[np.linspace(0, len(rows) - 1, limit).astype(np.int64)]


def _key_numbers(wordings: Wordings) -> Numbers:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in wordings.keys])
