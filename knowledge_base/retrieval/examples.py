"""What there is to learn from: every wording asks for its own article while it is left out.

No labelled traffic is needed: a wording that is hidden is a fresh question with a known answer; a
wording whose whole article is hidden is a question the corpus cannot answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.errors import BuildFailed
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
LEAST_WORDINGS = 20


@dataclass(frozen=True)
class Foreign:
    """Utterances that are not for a bank; a topic is never split when models are tested."""

    texts: tuple[str, ...]
    vectors: QueryVectors
    topics: Numbers


@dataclass(frozen=True)
class Parts:
    """For corpora with an encoder of their own: the wordings as helper encoders see them."""

    part: Numbers
    """(N,) the helper by which each wording is looked up: it was tuned without that wording."""
    tables: tuple[Wordings, ...]


@dataclass(frozen=True)
class Examples:
    """Queries with their candidates, and the centred vectors (n, D), (m, D) of both kinds."""

    left_out: Candidates
    """Each wording against the corpus without it."""
    removed: Candidates
    """Each wording against the corpus without its article."""
    far: Candidates
    target: Numbers
    """(n,) position of the right article in `left_out`, -1 when it is not among the candidates."""
    owner: Numbers
    """(n,) article each wording belongs to."""
    topics: Numbers
    """(m,) topic of each foreign utterance."""
    own_vectors: Vectors
    far_vectors: Vectors


def collect(
    wordings: Wordings,
    parts: Parts,
    foreign: Foreign,
    settings: SearchSettings,
    progress: Callable[[str], None],
) -> Examples:
    """Search for every wording with itself and with its article hidden, in batches.

    Raises:
        BuildFailed: there are too few wordings or articles to leave any out.
    """
    rows = _usable(wordings, settings.training_limit)
    if len(rows) < LEAST_WORDINGS or wordings.articles < settings.folds:
        message = f"too few wordings to learn from: {len(rows)} in {wordings.articles} articles"
        raise BuildFailed(message)
    order = [rows[parts.part[rows] == number] for number in range(len(parts.tables))]
    done = 0
    pairs: list[tuple[Candidates, Candidates]] = []
    for table, chosen in zip(parts.tables, order, strict=True):
        step = max(1, BATCH_CELLS // len(wordings.texts))
        for start in range(0, len(chosen), step):
            batch = chosen[start : start + step]
            pairs.append(_search(table, batch, settings.candidates))
            done += len(batch)
            progress(f"searched {done} of {len(rows)} left-out wordings")
    rows = np.concatenate(order)
    ours = join([left_out for left_out, _ in pairs])
    owner = wordings.owner[rows].astype(np.int64)
    hit = (ours.numbers == owner[:, None]) & ours.valid
    far_found = signals(wordings, foreign.texts, foreign.vectors)
    return Examples(
        left_out=ours,
        removed=join([removed for _, removed in pairs]),
        far=candidates(wordings, far_found, None, settings.candidates),
        target=np.where(hit.any(axis=1), hit.argmax(axis=1), -1),
        owner=owner,
        topics=foreign.topics,
        own_vectors=wordings.base.centred[rows],
        far_vectors=wordings.base.centre(foreign.vectors.base),
    )


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
