"""How well search finds and refuses, beside BM25 alone and the plain encoder alone.

The published articles are split: some are taken away altogether, and questions about them must be
refused; of the others one wording each is taken away and must find its article. Everything the
system learns, it learns from what is left.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.evaluate import precision_at_half
from knowledge_base.retrieval.process_tuner import ProcessTuner
from knowledge_base.retrieval.publish import publish
from knowledge_base.retrieval.search import Searcher
from knowledge_base.retrieval.training import auroc
from knowledge_base.retrieval.wordings import Wordings, char_tokens
from language.encoder import Encoder
from language.normalise import normalise
from yinqiao.content import load_content
from yinqiao.settings import ROOT, Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge_base.article import Article
    from knowledge_base.retrieval.tuning import Tuner

    Find = Callable[[str], tuple[list[str], float]]
    """The article ids found for a question, best first, and how sure that is."""

_HELD_OUT = sorted((ROOT / "nlu_data" / "held_out").glob("routing*.jsonl"))
_SEED = 7
_NEAR = 0.12
"""Share of the articles that are taken away."""
_NEAR_WORDINGS = 4
_DEPTH = 10
_SOME = 5


@dataclass(frozen=True)
class Split:
    """What is left, what must be found in it, and what must not."""

    articles: tuple[Article, ...]
    known: tuple[tuple[str, str], ...]
    """(question, id of its article)"""
    near: tuple[str, ...]
    far: tuple[str, ...]
    """Held-out utterances that are not for a bank."""


def split(articles: Sequence[Article], seed: int = _SEED) -> Split:
    """Take articles and wordings away, the same ones for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    shown = sorted((a for a in articles if a.audience == "customer"), key=lambda a: a.id)
    draw.shuffle(shown)
    count = int(len(shown) * _NEAR)
    left: list[Article] = []
    known: list[tuple[str, str]] = []
    for article in shown[count:]:
        held = draw.choice(article.questions)
        rest = tuple(text for text in article.questions if text != held)
        left.append(article.model_copy(update={"questions": rest}))
        known.append((held, article.id))
    near = [
        text
        for article in shown[:count]
        for text in draw.sample(article.questions, min(_NEAR_WORDINGS, len(article.questions)))
    ]
    return Split(tuple(left), tuple(known), tuple(near), _far())


def _far() -> tuple[str, ...]:
    rows = [json.loads(line) for path in _HELD_OUT for line in path.read_text("utf-8").splitlines()]
    return tuple(row["text"] for row in rows if row["route"] == "refuse")


def measure() -> list[Figure]:
    """Measure four ways of searching on one split of our own content; some minutes."""
    settings = Settings()
    parted = split([article for article in load_content() if article.status == "published"])
    encoder = Encoder.load(settings.encoder_dir)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-retrieval-") as name:
        folder = Path(name)
        plain, without = _searcher(folder / "plain", parted, encoder, None)
        table = plain.snapshot.wordings
        ids = [article.id for article in plain.snapshot.articles]
        tuner = ProcessTuner(settings.encoder_dir, folder / "tuned")
        ours, within = _searcher(folder / "ours", parted, encoder, tuner)
        what = f"build, {len(table.texts)} questions"
        figures += [
            Figure(f"{what}, without tuning", f"{without:.0f} s", "≤ 3 min for 12k"),
            Figure(f"{what}, with tuning", f"{within:.0f} s", "≤ 12 min for 12k"),
        ]
        ways: dict[str, Find] = {
            "BM25, characters": _by_words(table, ids),
            "plain encoder": _by_encoder(table, ids, encoder),
            "without tuning": _by(plain),
            "as published": _by(ours),
        }
        for way, find in ways.items():
            figures += [replace(f, name=f"{way}: {f.name}") for f in _score(find, parted)]
    return figures


def _searcher(
    folder: Path, parted: Split, encoder: Encoder, tuner: Tuner | None
) -> tuple[Searcher, float]:
    """Publish the split; return how it is searched, and the seconds that took."""
    start = time.perf_counter()
    publish(parted.articles, folder, Builder(encoder, tuner))
    return Searcher.open(folder, encoder), time.perf_counter() - start


def _by(searcher: Searcher) -> Find:
    def find(text: str) -> tuple[list[str], float]:
        result = searcher.search(text, depth=_DEPTH)
        return [hit.article_id for hit in result.hits], result.probability

    return find


def _by_words(table: Wordings, ids: Sequence[str]) -> Find:
    def find(text: str) -> tuple[list[str], float]:
        return _order(table, ids, table.chars.scores([char_tokens(normalise(text))])[0][0])

    return find


def _by_encoder(table: Wordings, ids: Sequence[str], encoder: Encoder) -> Find:
    def find(text: str) -> tuple[list[str], float]:
        vector = table.base.centre(encoder.encode([normalise(text)]))
        return _order(table, ids, (vector @ table.base.centred.T)[0])

    return find


def _order(
    table: Wordings, ids: Sequence[str], scores: NDArray[np.float32]
) -> tuple[list[str], float]:
    """Order the articles by their best wording."""
    best = np.maximum.reduceat(scores, table.starts)
    return [ids[number] for number in np.argsort(-best)[:_DEPTH]], float(best.max())


def _score(find: Find, parted: Split) -> list[Figure]:
    answers = [(find(text), wanted) for text, wanted in parted.known]
    ranks = [found.index(wanted) + 1 if wanted in found else 0 for (found, _), wanted in answers]
    sure = np.array([how_sure for (_, how_sure), _ in answers])
    unsure = np.array([find(text)[1] for text in parted.near])
    foreign = np.array([find(text)[1] for text in parted.far])
    half = precision_at_half(list(sure), [rank == 1 for rank in ranks], list(unsure))
    counts = f"{len(parted.known)} questions"
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    some = sum(0 < rank <= _SOME for rank in ranks) / len(ranks)
    reciprocal = sum(1 / rank for rank in ranks if rank) / len(ranks)
    return [
        Figure(f"right article first, {counts}", f"{first:.3f}", "≥ 0.78 on a foreign corpus"),
        Figure("right article among five", f"{some:.3f}", "≥ 0.94 on a foreign corpus"),
        Figure("mean reciprocal rank", f"{reciprocal:.3f}", "≥ 0.85 on a foreign corpus"),
        Figure(
            f"AUROC against {len(parted.near)} near misses",
            f"{auroc(sure, unsure):.3f}",
            "≥ 0.78 on a foreign corpus",
        ),
        Figure(
            f"AUROC against {len(parted.far)} utterances not for a bank",
            f"{auroc(sure, foreign):.3f}",
            "≥ 0.99 on a foreign corpus",
        ),
        Figure("precision at half answered", f"{half:.3f}", "≥ 0.85 on a foreign corpus"),
    ]
