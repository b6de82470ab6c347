"""What a search costs when the knowledge base is large: time on one thread, and memory.

The snapshot in service is enlarged by altered copies of its articles. That says nothing about how
well such a corpus is searched, only what it costs: every copy has wordings, words and vectors of
its own, and a query runs through the same code as a customer's.
"""

from __future__ import annotations

import gc
import itertools
import json
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import numpy as np
import psutil

from bench.figure import Figure
from knowledge_base.retrieval import wordings
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.search import Searcher
from knowledge_base.retrieval.service import Service
from knowledge_base.retrieval.snapshot import ENCODER
from language.encoder import Encoder
from language.normalise import normalise
from yinqiao.settings import ROOT, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from knowledge_base.article import Article
    from knowledge_base.retrieval.snapshot import Snapshot
    from knowledge_base.retrieval.space import Space
    from knowledge_base.retrieval.wordings import Vectors

_HELD_OUT = ROOT / "nlu_data" / "held_out" / "routing_2.jsonl"
_SIZES = {12_000: "≤ 15 ms", 100_000: "≤ 40 ms"}
_QUERIES = 300
_WARM = 20
_DEPTH = 3
_NOISE = 0.03
"""Standard deviation by dimension: a copy is about as far from its original as a paraphrase."""
_ALTERED = 0.3
"""Share of a copy's characters that are drawn anew."""


def measure() -> list[Figure]:
    """Ask held-out questions of the enlarged snapshot in service; about two minutes."""
    settings = Settings()
    # Without a cache, as if no question was ever asked before.
    encoder = Encoder.load(settings.encoder_dir, cache_size=0)
    served = Searcher.open(settings.snapshots_dir, encoder).snapshot
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        builder = Builder(encoder, cache=settings.var / "cache" / "vectors")
        plain = builder.build(served.articles, Path(folder))
    own = Encoder.load(served.folder / ENCODER, cache_size=0) if served.manifest.tuned else None
    rows = [json.loads(line) for line in _HELD_OUT.read_text("utf-8").splitlines()]
    questions = [normalise(row["text"]) for row in rows][: _QUERIES + _WARM]
    figures: list[Figure] = []
    for size, goal in _SIZES.items():
        gc.collect()
        before = psutil.Process().memory_info().rss
        # A corpus as large as that would have been published without an encoder of its own.
        both = size <= served.manifest.settings.tuning_most
        large = enlarge(served if both else plain, size)
        seconds = _ask(Service(large, encoder, own if both else None), questions)
        memory = (psutil.Process().memory_info().rss - before) / 2**20
        count = len(large.wordings.texts)
        figures += [
            Figure(f"search, median, {count} questions", f"{median(seconds) * 1000:.1f} ms", ""),
            Figure(f"search, p95, {count} questions", f"{_p95(seconds) * 1000:.1f} ms", goal),
            Figure(f"memory of {count} questions", f"{memory:.0f} MB", ""),
        ]
        del large
    return figures


def enlarge(snapshot: Snapshot, size: int) -> Snapshot:
    """Return the snapshot with as many altered copies of its articles as make `size` wordings."""
    draw = np.random.default_rng(1)
    letters = sorted({letter for text in snapshot.wordings.texts for letter in text})
    copies = -(-size // len(snapshot.wordings.texts))

    def altered(text: str) -> str:
        drawn = draw.random(len(text)) < _ALTERED
        fresh = draw.choice(letters, len(text))
        return "".join(np.where(drawn, fresh, list(text)))

    articles = tuple(
        article if number == 0 else _copy(article, number, altered)
        for number, article in itertools.product(range(copies), snapshot.articles)
    )
    base, tuned = (
        _vectors(space, copies, draw) if space else None
        for space in (snapshot.wordings.base, snapshot.wordings.tuned)
    )
    assert base  # noqa: S101 - every corpus has these
    return replace(snapshot, articles=articles, wordings=wordings.build(articles, base, tuned))


def _copy(article: Article, number: int, altered: Callable[[str], str]) -> Article:
    return article.model_copy(
        update={
            "id": f"{article.id}-{number}",
            "title": altered(article.title),
            "questions": tuple(altered(question) for question in article.questions),
        }
    )


def _vectors(space: Space, copies: int, draw: np.random.Generator) -> Vectors:
    def many(raw: NDArray[np.float32]) -> NDArray[np.float32]:
        noise = draw.normal(0.0, _NOISE, (copies, *raw.shape)).astype(np.float32)
        noise[0] = 0.0
        moved = (raw + noise).reshape(-1, raw.shape[1])
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True))

    return many(space.raw), many(space.answer_raw)


def _ask(service: Service, questions: list[str]) -> list[float]:
    """Return the seconds each question took, without the first few."""
    view = service.view("customer", datetime.now(tz=UTC).date())
    seconds = []
    for question in questions:
        start = time.perf_counter()
        service.find(view, question, _DEPTH)
        seconds.append(time.perf_counter() - start)
    return seconds[_WARM:]


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]
