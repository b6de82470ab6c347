"""Measuring search on any corpus, with exactly the code that builds and serves snapshots."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.build import silent
from knowledge_base.retrieval.corpus import read_articles, read_queries
from knowledge_base.retrieval.publish import publish
from knowledge_base.retrieval.search import Searcher
from knowledge_base.retrieval.training import auroc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from knowledge_base.retrieval.build import Builder
    from knowledge_base.retrieval.corpus import Query
    from knowledge_base.retrieval.search import Result

DEPTH = 10


def evaluate(
    articles: Path,
    queries: Path,
    builder: Builder,
    progress: Callable[[str], None] = silent,
) -> dict[str, object]:
    """Build a snapshot of `articles`, ask every query, and return the measures of `score`.

    `build_s` is the whole build in seconds, encoding and tuning included (unless the builder's
    caches have them).

    Raises:
        ContentInvalid: a file does not follow its format.
        BuildFailed: there is no article.
    """
    asked = read_queries(queries)
    corpus = read_articles(articles)
    with tempfile.TemporaryDirectory(prefix="knowledge-base-") as folder:
        start = time.perf_counter()
        published = publish(corpus, Path(folder), builder, progress)
        build_s = time.perf_counter() - start
        searcher = Searcher.open(Path(folder), builder.encoder)
        results = [searcher.search(query.text, depth=DEPTH) for query in asked]
        quality = published.manifest.quality
    return {**score(asked, results), "build_s": round(build_s, 2), "build_quality": quality}


def score(asked: Sequence[Query], results: Sequence[Result]) -> dict[str, object]:
    """Return the measures of results, one for each query.

    recall_at_k, mrr_at_10: over queries that have an article. refusal_auroc: the chance that a
    query with an article has a higher probability than one without. answered: share of queries
    with an article that are answered outright; answered_precision: share of all outright answers,
    to queries of either kind, that are right. precision_at_half: the same where the threshold is
    such that half of the queries with an article are answered, wherever it really is. clarified,
    clarified_with_right: share of queries with an article asked back about, and of these, with the
    right one among the options. refused_correctly: share of queries without an article that are
    refused; not_answered: that are refused or asked back about. None where there is no such query.
    """
    pairs = list(zip(asked, results, strict=True))
    known = [(query, result) for query, result in pairs if query.article_id is not None]
    unknown = [result for query, result in pairs if query.article_id is None]
    ranks = [_rank(query, result) for query, result in known]
    answers = [pair for pair in pairs if pair[1].decision == "answer"]
    clarified = [n for n, (_, result) in enumerate(known) if result.decision == "clarify"]
    times = [result.latency_ms for result in results] or [0.0]
    return {
        "queries": len(pairs),
        "recall_at_1": _mean([rank == 1 for rank in ranks]),
        "recall_at_5": _mean([0 < rank <= 5 for rank in ranks]),  # noqa: PLR2004  -- the 5 of @5
        "mrr_at_10": _mean([1.0 / rank if rank else 0.0 for rank in ranks]),
        "refusal_auroc": _separation([r for _, r in known], unknown),
        "answered": _mean([result.decision == "answer" for _, result in known]),
        "answered_precision": _mean([_rank(*pair) == 1 for pair in answers]),
        "precision_at_half": precision_at_half(
            [result.probability for _, result in known],
            [rank == 1 for rank in ranks],
            [result.probability for result in unknown],
        ),
        "clarified": _mean([result.decision == "clarify" for _, result in known]),
        "clarified_with_right": _mean([0 < ranks[n] <= 3 for n in clarified]),  # noqa: PLR2004 -- options
        "wrongly_refused": _mean([result.decision == "refuse" for _, result in known]),
        "refused_correctly": _mean([result.decision == "refuse" for result in unknown]),
        "not_answered": _mean([result.decision != "answer" for result in unknown]),
        "latency_ms": {
            "p50": round(float(np.percentile(times, 50)), 2),
            "p95": round(float(np.percentile(times, 95)), 2),
        },
    }


def precision_at_half(
    sure: Sequence[float], right: Sequence[bool], unsure: Sequence[float]
) -> float | None:
    """Return the share of right answers where half of the answerable queries are answered.

    `sure` and `right` are of the answerable queries, `unsure` of those that must be refused.
    """
    if not sure:
        return None
    least = sorted(sure, reverse=True)[(len(sure) - 1) // 2]
    answered = [good for how, good in zip(sure, right, strict=True) if how >= least]
    return _mean([*answered, *(False for how in unsure if how >= least)])


def _rank(query: Query, result: Result) -> int:
    """Return the 1-based place of the right article among the hits, 0 if it is not there."""
    ids = [hit.article_id for hit in result.hits]
    return ids.index(query.article_id) + 1 if query.article_id in ids else 0


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _separation(known: Sequence[Result], unknown: Sequence[Result]) -> float | None:
    if not known or not unknown:
        return None
    higher = np.array([result.probability for result in known])
    lower = np.array([result.probability for result in unknown])
    return round(auroc(higher, lower), 4)
