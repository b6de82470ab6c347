"""What there is to learn from: every wording asks for its own article while it is left out.

No labelled traffic is needed: a wording that is hidden is a fresh question with a known answer; a
wording whose whole article is hidden is a question the corpus cannot answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.errors import BuildFailed
from knowledge_base.retrieval.features import Candidates, candidates, signals
from knowledge_base.retrieval.wordings import centre

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
    vectors: Vectors
    topics: Numbers


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
    keys = _key_numbers(wordings)
    step = max(1, BATCH_CELLS // len(wordings.texts))
    left_out: list[Candidates] = []
    removed: list[Candidates] = []
    for start in range(0, len(rows), step):
        batch = rows[start : start + step]
        own = wordings.owner[batch]
        same_article = own[:, None] == wordings.owner[None, :]
        same_wording = same_article & (keys[batch][:, None] == keys[None, :])
        texts = [wordings.texts[row] for row in batch]
        repeats = same_wording.sum(axis=1)
        found = signals(wordings, texts, wordings.raw[batch], (own, repeats))
        left_out.append(candidates(wordings, found, same_wording, settings.candidates))
        removed.append(candidates(wordings, found, same_article, settings.candidates))
        progress(f"searched {min(start + step, len(rows))} of {len(rows)} left-out wordings")
    owner = wordings.owner[rows].astype(np.int64)
    ours = join(left_out)
    hit = (ours.numbers == owner[:, None]) & ours.valid
    far_found = signals(wordings, foreign.texts, foreign.vectors)
    return Examples(
        left_out=ours,
        removed=join(removed),
        far=candidates(wordings, far_found, None, settings.candidates),
        target=np.where(hit.any(axis=1), hit.argmax(axis=1), -1),
        owner=owner,
        topics=foreign.topics,
        own_vectors=wordings.centred[rows],
        far_vectors=centre(foreign.vectors, wordings.mean),
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
