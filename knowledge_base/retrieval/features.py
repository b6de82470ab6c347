"""Evidence for each (query, article) pair: what the ranker and the calibrator see.

The same functions serve one query and build from thousands: everything is batched over queries
(B), wordings (N), articles (A) and candidates (K).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.wordings import centre, char_tokens, word_tokens
from language.normalise import compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge_base.retrieval.wordings import Wordings

    Floats = NDArray[np.float32]

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

FEATURES = (
    "semantic",  # best centred cosine of the article's wordings
    "raw",  # best plain cosine
    "top3",  # mean of its three best centred cosines
    "title",  # centred cosine of its title
    "semantic_margin",  # best minus the best of any other article
    "top3_margin",
    "chars",  # best share of BM25 over characters
    "chars_margin",
    "words",  # best share of BM25 over words
    "words_margin",
    "overlap",  # best Jaccard overlap of characters
    "overlap_margin",
    "answer",  # share of BM25 over the answer's characters
    "answer_margin",
    "semantic_rank",  # 1 / (1 + rank by best centred cosine)
    "chars_rank",
    "mean",  # mean centred cosine over its wordings
    "mean_margin",
    "coverage",  # share of the query's characters its wordings have between them
    "coverage_margin",
    "answer_semantic",  # centred cosine of its answer
    "answer_semantic_margin",
    "log_wordings",  # how many wordings the article has
    "semantic_x_length",  # long queries make cosines more, words less telling
    "chars_x_length",
)


@dataclass(frozen=True)
class Signals:
    """Raw scores of B queries against every wording (N) and answer (A)."""

    semantic: Floats
    raw: Floats
    chars: Floats
    words: Floats
    overlap: Floats
    answers: Floats
    coverage: Floats
    answer_semantic: Floats
    lengths: Floats


@dataclass(frozen=True)
class Candidates:
    """The K most promising articles of each of B queries, best guess first."""

    numbers: NDArray[np.int64]
    """(B, K) article numbers."""
    valid: NDArray[np.bool_]
    """(B, K) false where fewer than K articles are visible."""
    features: Floats
    """(B, K, F) in the order of `FEATURES`; zero where not valid."""
    lengths: Floats
    """(B,) characters of each query."""


def signals(
    wordings: Wordings,
    texts: Sequence[str],
    vectors: Floats,
    left_out: tuple[NDArray[np.int32], NDArray[np.int64]] | None = None,
) -> Signals:
    """Score normalised `texts` with their encoder `vectors` (B, D) against everything.

    `left_out` is for texts that are wordings themselves: see `Coverage.shares`.
    """
    char_lists = [char_tokens(text) for text in texts]
    chars, overlap = wordings.chars.scores(char_lists, overlap=True)
    words, _ = wordings.words.scores([word_tokens(text) for text in texts])
    answers, _ = wordings.answers.scores(char_lists)
    centred = centre(vectors, wordings.mean)
    semantic = centred @ wordings.centred.T
    return Signals(
        semantic=semantic,
        raw=_plain_cosines(wordings, semantic, vectors),
        chars=chars,
        words=words,
        overlap=overlap,
        answers=answers,
        coverage=wordings.coverage.shares(char_lists, left_out),
        answer_semantic=centred @ wordings.answer_centred.T,
        lengths=np.array([len(compact(text)) for text in texts], dtype=np.float32),
    )


def _plain_cosines(wordings: Wordings, semantic: Floats, vectors: Floats) -> Floats:
    """Return q·p from the centred cosines: cheaper than a second product with all wordings.

    q·p = (q-m)·(p-m) + q·m + p·m - m·m, and (q-m)·(p-m) = semantic · |q-m| · |p-m|.
    """
    mean = wordings.mean
    distance = np.linalg.norm(vectors - mean, axis=1)[:, None]
    along = (vectors @ mean)[:, None] - mean @ mean
    plain = semantic * (distance * wordings.distance) + (wordings.along + along)
    return np.asarray(plain, dtype=np.float32)


def candidates(
    wordings: Wordings, found: Signals, hidden: NDArray[np.bool_] | None, limit: int
) -> Candidates:
    """Choose the `limit` most promising articles of each query and describe them.

    `hidden` (B, N) or (1, N) marks wordings that may not be used; an article whose wordings are
    all hidden does not exist for that query.
    """
    best = {
        name: _best(wordings, getattr(found, name), hidden)
        for name in ("semantic", "raw", "chars", "words", "overlap")
    }
    exists = best["semantic"] > HIDDEN
    whole = {
        "answers": found.answers,
        "coverage": found.coverage,
        "answer_semantic": found.answer_semantic,
        "mean": _mean(wordings, found.semantic, hidden),
    }
    best.update({name: np.where(exists, scores, HIDDEN) for name, scores in whole.items()})
    promise = np.where(exists, sum(w * best[name] for name, w in PROMISE.items()), -np.inf)
    size = min(limit, wordings.articles)
    numbers = np.argpartition(-promise, size - 1, axis=1)[:, :size]
    order = np.argsort(-np.take_along_axis(promise, numbers, axis=1), axis=1, kind="stable")
    numbers = np.take_along_axis(numbers, order, axis=1)
    valid = np.take_along_axis(exists, numbers, axis=1)
    top3, title = _wording_means(wordings, found.semantic, hidden, numbers)
    columns = _columns(best, numbers, top3, title, valid)
    log_length = np.log1p(found.lengths)[:, None]
    counts = np.log1p(wordings.counts.astype(np.float32))[numbers]
    columns += [counts, columns[0] * log_length, columns[6] * log_length]
    features = np.stack(columns, axis=2).astype(np.float32)
    features[~valid] = 0.0
    return Candidates(numbers, valid, features, found.lengths)


def _best(wordings: Wordings, scores: Floats, hidden: NDArray[np.bool_] | None) -> Floats:
    """Return (B, A): the best visible wording's score of each article, `HIDDEN` if none."""
    shown = scores if hidden is None else np.where(hidden, np.float32(HIDDEN), scores)
    return np.maximum.reduceat(shown, wordings.starts, axis=1)


def _mean(wordings: Wordings, scores: Floats, hidden: NDArray[np.bool_] | None) -> Floats:
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
    hidden: NDArray[np.bool_] | None,
    numbers: NDArray[np.int64],
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


def _columns(
    best: dict[str, Floats],
    numbers: NDArray[np.int64],
    top3: Floats,
    title: Floats,
    valid: NDArray[np.bool_],
) -> list[Floats]:
    """Return the features that need no query length, in the order of `FEATURES`."""

    def pair(scores: Floats) -> tuple[Floats, Floats]:
        chosen = np.take_along_axis(scores, numbers, axis=1)
        return chosen, chosen - _best_other(scores, chosen)

    semantic, semantic_margin = pair(best["semantic"])
    chars, chars_margin = pair(best["chars"])
    words, words_margin = pair(best["words"])
    overlap, overlap_margin = pair(best["overlap"])
    answer, answer_margin = pair(best["answers"])
    known3 = np.where(valid, top3, HIDDEN)
    return [
        semantic,
        np.take_along_axis(best["raw"], numbers, axis=1),
        top3,
        title,
        semantic_margin,
        top3 - _best_other(known3, known3),
        chars,
        chars_margin,
        words,
        words_margin,
        overlap,
        overlap_margin,
        answer,
        answer_margin,
        1.0 / (1.0 + _rank(best["semantic"], semantic)),
        1.0 / (1.0 + _rank(best["chars"], chars)),
        *pair(best["mean"]),
        *pair(best["coverage"]),
        *pair(best["answer_semantic"]),
    ]


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
