"""The vote of the nearest training sentences."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Strings = NDArray[np.str_]


@dataclass(frozen=True)
class Neighbours:
    """Mean-centred unit vectors of the training sentences, shape (n, d), and their classes.

    Raw cosines of the encoder lie close together (0.83 to 0.93); without their common mean they
    tell sentences apart. `labels` are indices into the classes, shape (n,).
    """

    mean: Floats
    vectors: Floats
    labels: NDArray[np.int64]

    @classmethod
    def fit(cls, vectors: Floats, labels: NDArray[np.int64]) -> Neighbours:
        """Remember the training sentences."""
        mean = vectors.mean(axis=0)
        return cls(mean, _unit(vectors - mean), labels)

    def vote(self, vectors: Floats, classes: int, count: int, temperature: float) -> Floats:
        """Return class probabilities of shape (m, classes) for vectors of shape (m, d).

        The `count` nearest vote with weight exp(cosine / temperature).
        """
        cosines = _unit(vectors - self.mean) @ self.vectors.T
        nearest = np.argpartition(-cosines, min(count, cosines.shape[1] - 1), axis=1)[:, :count]
        weights = np.exp(np.take_along_axis(cosines, nearest, axis=1) / temperature)
        votes = np.zeros((len(vectors), classes), dtype=np.float32)
        for row, (indices, weight) in enumerate(zip(nearest, weights, strict=True)):
            np.add.at(votes[row], self.labels[indices], weight / weight.sum())
        return votes

    def save(self, file: Path) -> None:
        """Write plain arrays, no pickle."""
        np.savez(file, mean=self.mean, vectors=self.vectors, labels=self.labels)

    @classmethod
    def load(cls, file: Path) -> Neighbours:
        """Read what `save` wrote."""
        with np.load(file, allow_pickle=False) as stored:
            return cls(stored["mean"], stored["vectors"], stored["labels"])


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)
