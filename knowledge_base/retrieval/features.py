"""Evidence for each (query, article) pair: what the ranker and the calibrator see.

The same functions serve one query and build from thousands: everything is batched over queries
(B), wordings (N), articles (A) and candidates (K).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge_base.retrieval.signals import Sight, Signals
    from knowledge_base.retrieval.wordings import Wordings

    Floats = NDArray[np.float32]
    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.int64]

HIDDEN = -1.0
PROMISE = {
    "semantic": 1.0,
    "mean": 1.0,
    "chars": 0.3,
    "coverage": 0.4,
    "answers": 0.4,
    "answer_semantic": 0.4,
}
"""Weights by which candidates are chosen. Rough on purpose: it only has to keep the right article
among twenty, the order is learnt from each corpus."""
TOP = 3

SIGHT = (
    "semantic",  # best centred cosine of the article's wordings
    "semantic_margin",  # best minus the best of any other article
    "top3",  # mean of its three best centred cosines
    "top3_margin",
    "title",  # centred cosine of its title
    "semantic_rank",  # 1 / (1 + rank by best centred cosine)
    "mean",  # mean centred cosine over its wordings
    "mean_margin",
    "answer_semantic",  # centred cosine of its answer
    "answer_semantic_margin",
    "semantic_x_length",  # long queries make cosines more telling
)
"""What one encoder sees of a pair."""
FEATURES = (
    *SIGHT,
    "raw",  # best plain cosine
    "chars",  # best share of BM25 over characters
    "chars_margin",
    "words",  # best share of BM25 over words
    "words_margin",
    "overlap",  # best Jaccard overlap of characters
    "overlap_margin",
    "answer",  # share of BM25 over the answer's characters
    "answer_margin",
    "coverage",  # share of the query's characters its wordings have between them
    "coverage_margin",
    "chars_rank",
    "log_wordings",  # how many wordings the article has
    "chars_x_length",  # long queries make words less telling
)
TUNED = tuple(f"tuned_{name}" for name in SIGHT)
"""Added where the corpus has an encoder of its own."""


def feature_names(count: int) -> tuple[str, ...]:
    """Return the names of the columns of a feature array that is `count` wide."""
    return FEATURES if count == len(FEATURES) else (*FEATURES, *TUNED)


@dataclass(frozen=True)
class Candidates:
    """The K most promising articles of each of B queries, best guess first."""

    numbers: Numbers
    """(B, K) article numbers."""
    valid: Flags
    """(B, K) false where fewer than K articles are visible."""
    features: Floats
    """(B, K, F) in the order of `feature_names`; zero where not valid."""
    lengths: Floats
    """(B,) characters of each query."""


def candidates(wordings: Wordings, found: Signals, hidden: Flags | None, limit: int) -> Candidates:
    """Choose the `limit` most promising articles of each query and describe them.

    `hidden` (B, N) or (1, N) marks wordings that may not be used; an article whose wordings are
    all hidden does not exist for that query.
    """
    best = {
        name: _best(wordings, getattr(found, name), hidden)
        for name in ("raw", "chars", "words", "overlap")
    }
    sights = [_seen(wordings, sight, hidden) for sight in (found.base, found.tuned) if sight]
    exists = sights[0]["semantic"] > HIDDEN
    best |= {"answers": found.answers, "coverage": found.coverage}
    for scores in (best, *sights):
        scores.update({name: np.where(exists, values, HIDDEN) for name, values in scores.items()})
    promise = _promise(best, sights)
    size = min(limit, wordings.articles)
    numbers = np.argpartition(-promise, size - 1, axis=1)[:, :size]
    order = np.argsort(-np.take_along_axis(promise, numbers, axis=1), axis=1, kind="stable")
    numbers = np.take_along_axis(numbers, order, axis=1)
    valid = np.take_along_axis(exists, numbers, axis=1)
    log_length = np.log1p(found.lengths)[:, None]
    pictures = [
        _picture(
            scores, numbers, _wording_means(wordings, sight.semantic, hidden, numbers), log_length
        )
        for scores, sight in zip(sights, (found.base, found.tuned), strict=False)
        if sight
    ]
    counts = np.log1p(wordings.counts.astype(np.float32))[numbers]
    words = _words(best, numbers, counts, log_length)
    columns = [*pictures[0], *words, *(column for picture in pictures[1:] for column in picture)]
    features = np.stack(columns, axis=2).astype(np.float32)
    features[~valid] = 0.0
    return Candidates(numbers, valid, features, found.lengths)


def _seen(wordings: Wordings, sight: Sight, hidden: Flags | None) -> dict[str, Floats]:
    """Return (B, A) scores of one encoder by article."""
    return {
        "semantic": _best(wordings, sight.semantic, hidden),
        "mean": _mean(wordings, sight.semantic, hidden),
        "answer_semantic": sight.answers,
    }


def _promise(best: dict[str, Floats], sights: list[dict[str, Floats]]) -> Floats:
    """Return (B, A); the encoders share their weights."""
    total: Floats = np.zeros_like(best["chars"])
    for name, weight in PROMISE.items():
        if name in best:
            total = total + weight * best[name]
        else:
            total = total + weight * sum(sight[name] for sight in sights) / len(sights)
    return np.where(sights[0]["semantic"] > HIDDEN, total, -np.inf)


def _best(wordings: Wordings, scores: Floats, hidden: Flags | None) -> Floats:
    """Return (B, A): the best visible wording's score of each article, `HIDDEN` if none."""
    shown = scores if hidden is None else np.where(hidden, np.float32(HIDDEN), scores)
    return np.maximum.reduceat(shown, wordings.starts, axis=1)


def _mean(wordings: Wordings, scores: Floats, hidden: Flags | None) -> Floats:
    """Return (B, A): the mean over each article's visible wordings."""
    if hidden is None:
        total = np.add.reduceat(scores, wordings.starts, axis=1)
        return np.asarray(total / wordings.counts, dtype=np.float32)
    shown = np.add.reduceat(np.where(hidden, 0.0, scores), wordings.starts, axis=1)
    count = np.add.reduceat(~hidden, wordings.starts, axis=1, dtype=np.float32)
    return np.asarray(shown / np.maximum(count, 1.0), dtype=np.float32)


def _wording_means(
    wordings: Wordings,
    semantic: Floats,
    hidden: Flags | None,
    numbers: Numbers,
) -> tuple[Floats, Floats]:
    """Return the top-3 mean and the title's cosine, both (B, K)."""
    counts = wordings.counts[numbers]
    width = int(counts.max())
    offsets = np.arange(width)
    rows = wordings.starts[numbers][:, :, None] + np.minimum(offsets, counts[:, :, None] - 1)
    absent = np.broadcast_to(offsets >= counts[:, :, None], rows.shape)
    batch = np.arange(len(numbers))[:, None, None]
    values = semantic[batch, rows]
    if hidden is not None:
        absent = absent | np.broadcast_to(hidden, semantic.shape)[batch, rows]
    values = np.where(absent, -np.inf, values)
    take = min(TOP, width)
    top = -np.partition(-values, take - 1, axis=2)[:, :, :take]
    present = np.isfinite(top)
    mean = np.where(present, top, 0.0).sum(axis=2) / np.maximum(present.sum(axis=2), 1)
    title = values[:, :, 0]
    # A title that is left out says nothing for or against its article: its best stands in.
    best = np.where(present.any(axis=2), values.max(axis=2), 0.0)
    return mean, np.where(np.isfinite(title), title, best)


def _picture(
    scores: dict[str, Floats], numbers: Numbers, means: tuple[Floats, Floats], log_length: Floats
) -> list[Floats]:
    """Return the features of one encoder, in the order of `SIGHT`."""
    top3, title = means
    semantic, margin = _pair(scores["semantic"], numbers)
    known3 = np.where(semantic > HIDDEN, top3, HIDDEN)
    return [
        semantic,
        margin,
        top3,
        top3 - _best_other(known3, known3),
        title,
        1.0 / (1.0 + _rank(scores["semantic"], semantic)),
        *_pair(scores["mean"], numbers),
        *_pair(scores["answer_semantic"], numbers),
        semantic * log_length,
    ]


def _words(
    best: dict[str, Floats], numbers: Numbers, counts: Floats, log_length: Floats
) -> list[Floats]:
    """Return the features that need no encoder but the first, in the order of `FEATURES`."""
    chars, chars_margin = _pair(best["chars"], numbers)
    return [
        np.take_along_axis(best["raw"], numbers, axis=1),
        chars,
        chars_margin,
        *_pair(best["words"], numbers),
        *_pair(best["overlap"], numbers),
        *_pair(best["answers"], numbers),
        *_pair(best["coverage"], numbers),
        1.0 / (1.0 + _rank(best["chars"], chars)),
        counts,
        chars * log_length,
    ]


def _pair(scores: Floats, numbers: Numbers) -> tuple[Floats, Floats]:
    """Return the chosen articles' scores (B, K) and their margins over the best other one."""
    chosen = np.take_along_axis(scores, numbers, axis=1)
    return chosen, chosen - _best_other(scores, chosen)


def _best_other(scores: Floats, chosen: Floats) -> Floats:
    """For each chosen score (B, K): the best of all (B, A) scores that is not that very one."""
    if scores.shape[1] == 1:
        return np.zeros_like(chosen)
    two = -np.partition(-scores, 1, axis=1)[:, :2]
    first, second = two[:, :1], two[:, 1:2]
    return np.maximum(np.where(chosen >= first, second, first), 0.0)


def _rank(scores: Floats, chosen: Floats) -> Floats:
    """Return (B, K): how many articles score strictly better."""
    ordered = np.sort(scores, axis=1)
    ranks = [
        scores.shape[1] - np.searchsorted(line, values, side="right")
        for line, values in zip(ordered, chosen, strict=True)
    ]
    return np.array(ranks, dtype=np.float32)
