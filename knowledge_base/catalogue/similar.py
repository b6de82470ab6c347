"""Warnings while a text is being written: it says what another article says already.

Two measures. Shared letters: the weighted Jaccard overlap of the characters and character pairs
of two wordings, rare ones weighing more (log(1 + wordings / wordings that have it)). Meaning,
where the caller hands `similarity`: the cosine of centred sentence vectors. A pair counts by the
better of the two, meaning at its own threshold.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from knowledge_base.catalogue.content import compacted
from knowledge_base.catalogue.revision import Item
from language.segment import char_ngrams

Similarity = Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[float]]]
"""Takes a and b texts, returns a rows of b cosines of centred vectors, each in -1..1."""

ALIKE = 0.5
"""From this score on two wordings ask the same thing."""
ALIKE_ARTICLE = 0.4
"""From this mean of its three best wordings' scores on, an article doubles another one."""
MARGIN = 0.1
"""By so much a wording must be nearer to the other article than to the rest of its own."""
_MEANING = 0.75
"""The cosine that says as much as `ALIKE` says of letters."""
_TOP = 3
_MOST = 8
"""Warnings shown; more than these nobody reads."""


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801  -- `Warning` is Python's own
    """One thing to look at before this text is submitted.

    `code`: `same_wording` (the other article has this very wording), `nearer` (the wording is
    more like the other article's than like the rest of its own), `similar` (the whole article is
    like the other one).
    """

    code: str
    article: str
    """Id of the other article."""
    title: str
    """Its title."""
    wording: str
    """The own wording it is about; for `similar` the one that is most alike."""
    other: str
    """The other article's wording that is most like it."""
    score: float
    """0..1"""


@dataclass(frozen=True, slots=True)
class _Wording:
    article: str
    text: str


def warnings(
    article: str,
    content: Mapping[str, Any],
    items: Iterable[Item],
    similarity: Similarity | None = None,
) -> list[Warning_]:
    """Compare an article's content with all others; the most alike come first.

    `items` may hold the article itself; archived items are passed over.
    """
    own = [text for text in _wordings(content) if compacted(text)]
    others, titles = _others(article, items)
    if not own or not others:
        return []
    scores = _scores(own, others, similarity)
    best = [_best_by_article(row, others) for row in scores]
    found = [
        *_same(own, best, others, titles),
        *_nearer(own, best, others, titles),
        *_similar(own, best, others, titles),
    ]
    return found[:_MOST]


_Best = dict[str, tuple[float, int]]
"""Other article → (its best score, that wording's place)."""


def _same(
    own: Sequence[str],
    best: Sequence[_Best],
    others: Sequence[_Wording],
    titles: Mapping[str, str],
) -> Iterable[Warning_]:
    for text, row in zip(own, best, strict=True):
        for article, (_, place) in row.items():
            other = others[place].text
            if compacted(text) == compacted(other):
                yield Warning_("same_wording", article, titles[article], text, other, 1.0)


def _nearer(
    own: Sequence[str],
    best: Sequence[_Best],
    others: Sequence[_Wording],
    titles: Mapping[str, str],
) -> list[Warning_]:
    kin = _kinship(own)
    found: list[Warning_] = []
    for text, row, near in zip(own, best, kin, strict=True):
        if not row:
            continue
        article, (score, place) = max(row.items(), key=lambda entry: entry[1][0])
        same = compacted(text) == compacted(others[place].text)
        if score >= ALIKE and score >= near + MARGIN and not same:
            other = others[place].text
            found.append(Warning_("nearer", article, titles[article], text, other, score))
    return sorted(found, key=lambda warning: -warning.score)


def _similar(
    own: Sequence[str],
    best: Sequence[_Best],
    others: Sequence[_Wording],
    titles: Mapping[str, str],
) -> list[Warning_]:
    found: list[Warning_] = []
    for article, title in titles.items():
        row = [
            (*scores.get(article, (0.0, 0)), text) for text, scores in zip(own, best, strict=True)
        ]
        top = sorted(row, reverse=True)[:_TOP]
        mean = sum(score for score, *_ in top) / len(top)
        if mean >= ALIKE_ARTICLE:
            _, place, text = top[0]
            found.append(Warning_("similar", article, title, text, others[place].text, mean))
    return sorted(found, key=lambda warning: -warning.score)


def _others(article: str, items: Iterable[Item]) -> tuple[list[_Wording], dict[str, str]]:
    wordings: list[_Wording] = []
    titles: dict[str, str] = {}
    for item in items:
        if item.id == article or (item.working is None and item.published is None):
            continue
        texts = [text for text in _wordings(item.shown.content) if compacted(text)]
        if texts:
            titles[item.id] = texts[0]
            wordings += [_Wording(item.id, text) for text in texts]
    return wordings, titles


def _wordings(content: Mapping[str, Any]) -> list[str]:
    """Drafts may hold anything."""
    questions = content.get("questions")
    more = questions if isinstance(questions, (list, tuple)) else ()
    return list(dict.fromkeys(str(text) for text in (content.get("title") or "", *more)))


def _scores(
    own: Sequence[str], others: Sequence[_Wording], similarity: Similarity | None
) -> list[dict[int, float]]:
    """Return for each own wording the scores above 0, by the other wording's place."""
    texts = [wording.text for wording in others]
    rows = _overlaps(own, texts)
    if similarity is None:
        return rows
    for row, cosines in zip(rows, similarity(own, texts), strict=True):
        for place, cosine in enumerate(cosines):
            meaning = min(1.0, float(cosine) * ALIKE / _MEANING)
            if meaning > row.get(place, 0.0):
                row[place] = meaning
    return rows


def _kinship(own: Sequence[str]) -> list[float]:
    """Return how like each wording is to the nearest other one of the same article."""
    rows = _overlaps(own, own)
    return [
        max((score for place, score in row.items() if place != number), default=0.0)
        for number, row in enumerate(rows)
    ]


def _overlaps(own: Sequence[str], texts: Sequence[str]) -> list[dict[int, float]]:
    """Return the weighted Jaccard overlaps above 0 of each of `own` with `texts`, by place."""
    postings: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        for gram in _grams(text):
            postings[gram].append(place)
    weights = {gram: math.log1p(len(texts) / len(held)) for gram, held in postings.items()}
    rarest = math.log1p(len(texts))
    sizes = [sum(weights[gram] for gram in _grams(text)) for text in texts]
    rows: list[dict[int, float]] = []
    for text in own:
        shared: dict[int, float] = defaultdict(float)
        size = 0.0
        for gram in _grams(text):
            weight = weights.get(gram, rarest)
            size += weight
            for place in postings.get(gram, ()):
                shared[place] += weight
        rows.append({place: both / (size + sizes[place] - both) for place, both in shared.items()})
    return rows


def _best_by_article(row: Mapping[int, float], others: Sequence[_Wording]) -> _Best:
    best: _Best = {}
    for place, score in row.items():
        article = others[place].article
        if score > best.get(article, (0.0, 0))[0]:
            best[article] = (score, place)
    return best


@lru_cache(maxsize=32_768)
def _grams(text: str) -> frozenset[str]:
    return frozenset(char_ngrams(compacted(text), 1, 2))
