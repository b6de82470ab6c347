"""Likeness to known examples: what no pattern foresaw but reads like a violation all the same.

A logistic regression over character 1–3-grams (sublinear tf × idf, unit length), fitted at load
time on the labelled examples. What stands behind a denial in its clause counts a second time, as
denied: so 「保证」 and 「没有……保证」 weigh differently, whatever stands between.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from compliance.reading import clauses, denied

Vector = dict[str, float]

_MARKS = re.compile(r"[^\w%?]+")
_NUMBERING = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、)]")
# Shorter texts hold too little to be like something; the rules judge them.
SHORTEST = 7
_LONGEST = 3
# An example that is shown as an explanation is written openly, without disguise.
_OPEN = re.compile("[一-鿿0-9%.，。！？、：；“”]+")
_STRENGTH = 30.0
_ROUNDS = 250


class Example(BaseModel):
    """A labelled sentence; `rule` is the rule that it breaks, None for one that breaks none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """The known violation that a text is most like, and its clause [start, end) that tells."""

    example: Example
    clause: tuple[int, int]


class ExampleModel:
    """Fitted once; thread safe."""

    def __init__(self, examples: Sequence[Example], plain: Sequence[str]) -> None:
        """Fit on the examples; `plain` are their texts as they will be asked about."""
        kept = [
            (example, text)
            for example, text in zip(examples, plain, strict=True)
            if len(text) >= SHORTEST
        ]
        examples = [example for example, _ in kept]
        documents = [Counter(_grams(text)) for _, text in kept]
        seen = Counter(gram for document in documents for gram in document)
        count = len(documents)
        self._idf = {gram: math.log((1 + count) / (1 + n)) + 1 for gram, n in seen.items()}
        self._unseen = math.log(1 + count) + 1
        vectors = [self._vector(document) for document in documents]
        self._known = [
            (example, vector)
            for example, vector in zip(examples, vectors, strict=True)
            if example.rule is not None and _OPEN.fullmatch(example.text)
        ]
        broken = np.array([example.rule is not None for example in examples], dtype=np.float64)
        self._weights, self._bias = _fitted(vectors, broken, list(seen))

    def probability(self, text: str) -> float:
        """Return the probability in [0, 1] that a plain text is a violation."""
        return self._probability(self._vector(Counter(_grams(text))))

    def likeness(self, text: str) -> Likeness:
        """Return what a plain text is like and which of its clauses weighs most."""
        vector = self._vector(Counter(_grams(text)))
        example, _ = max(self._known, key=lambda known: _product(vector, known[1]))
        return Likeness(example, max(clauses(text), key=lambda part: self._weight(text, part)))

    def _weight(self, text: str, part: tuple[int, int]) -> float:
        """Return how much a clause speaks for a violation."""
        grams = _inside(text[slice(*part)])
        return sum(self._weights.get(gram, 0.0) * self._idf.get(gram, 0.0) for gram in grams)

    def _probability(self, vector: Vector) -> float:
        weights = self._weights
        score = self._bias + sum(value * weights.get(gram, 0.0) for gram, value in vector.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))

    def _vector(self, document: Counter[str]) -> Vector:
        # What was never seen counts into the length, so that unfamiliar texts score low.
        raw = {
            gram: (1 + math.log(n)) * self._idf.get(gram, self._unseen)
            for gram, n in document.items()
        }
        length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {gram: value / length for gram, value in raw.items()}


def _grams(text: str) -> list[str]:
    framed = "^" + _MARKS.sub("|", _NUMBERING.sub("", text).strip("。!\n")) + "$"
    return _inside(framed) + [
        "¬" + gram for part in denied(text) for gram in _inside(part) if len(gram) < _LONGEST
    ]


def _inside(text: str) -> list[str]:
    return [text[i : i + n] for n in range(1, _LONGEST + 1) for i in range(len(text) - n + 1)]


def _product(one: Vector, other: Vector) -> float:
    return sum(value * other.get(gram, 0.0) for gram, value in one.items())


def _fitted(
    vectors: Sequence[Vector], labels: NDArray[np.float64], grams: Sequence[str]
) -> tuple[dict[str, float], float]:
    """Fit by accelerated gradient descent (Nesterov); classes weigh the same."""
    place = {gram: index for index, gram in enumerate(grams)}
    row = np.repeat(np.arange(len(vectors)), [len(vector) for vector in vectors])
    column = np.array([place[gram] for vector in vectors for gram in vector])
    value = np.array([number for vector in vectors for number in vector.values()])
    size, positive = len(vectors), labels.sum()
    share = np.where(labels == 1, size / (2 * positive), size / (2 * (size - positive)))
    # The largest eigenvalue of the curvature bounds the step.
    weights = np.zeros(len(grams))
    bias = 0.0
    ahead, ahead_bias, momentum = weights, bias, 1.0
    step = 1 / (0.25 * float(share.max()) * _spread(row, column, value, size) + 1 / _STRENGTH)
    for _ in range(_ROUNDS):
        margin = np.bincount(row, value * ahead[column], size) + ahead_bias
        error = share * (1 / (1 + np.exp(-margin)) - labels)
        slope = np.bincount(column, value * error[row], len(grams)) + ahead / _STRENGTH
        new, new_bias = ahead - step * slope, ahead_bias - step * float(error.sum())
        following = (1 + math.sqrt(1 + 4 * momentum * momentum)) / 2
        pull = (momentum - 1) / following
        ahead, ahead_bias = new + pull * (new - weights), new_bias + pull * (new_bias - bias)
        weights, bias, momentum = new, new_bias, following
    return dict(zip(grams, weights.tolist(), strict=True)), bias


def _spread(
    row: NDArray[np.int64], column: NDArray[np.int64], value: NDArray[np.float64], size: int
) -> float:
    """Return the largest eigenvalue of XᵀX with a constant column, by power iteration."""
    width = int(column.max()) + 1
    direction = np.ones(width + 1) / math.sqrt(width + 1)
    largest = 1.0
    for _ in range(30):
        image = np.bincount(row, value * direction[column], size) + direction[-1]
        back = np.append(np.bincount(column, value * image[row], width), image.sum())
        largest = float(np.linalg.norm(back))
        direction = back / largest
    return largest * 1.02
