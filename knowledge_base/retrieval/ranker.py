"""The re-ranker: orders a query's candidate articles by a learnt weighing of the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.features import feature_names
from knowledge_base.retrieval.logistic import Linear, fit_choice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge_base.retrieval.features import Candidates

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Candidates of B queries in their final order, best first."""

    numbers: NDArray[np.int64]
    """(B, K) article numbers."""
    scores: Floats
    """(B, K) logits, descending; -inf where there is no candidate."""
    features: NDArray[np.float32]
    """(B, K, F) in the same order."""
    lengths: NDArray[np.float32]
    """(B,) characters of each query."""

    @property
    def shares(self) -> Floats:
        """(B, K) softmax of the scores: how the evidence divides among the candidates."""
        top = np.where(np.isfinite(self.scores[:, :1]), self.scores[:, :1], 0.0)
        powers = np.exp(self.scores - top)
        return np.asarray(powers / np.maximum(powers.sum(axis=1, keepdims=True), 1e-12))


@dataclass(frozen=True)
class Ranker:
    """A linear score over `feature_names`."""

    linear: Linear

    @classmethod
    def fit(cls, candidates: Candidates, target: NDArray[np.int64], l2: float) -> Ranker:
        """Learn from queries whose right article stands at position `target` (B,) >= 0."""
        inputs = candidates.features.astype(np.float64)
        return cls(fit_choice(inputs, candidates.valid, target, l2))

    def rank(self, candidates: Candidates) -> Ranking:
        """Order the candidates."""
        scores = np.where(candidates.valid, self.linear.score(candidates.features), -np.inf)
        order = np.argsort(-scores, axis=1, kind="stable")
        return Ranking(
            numbers=np.take_along_axis(candidates.numbers, order, axis=1),
            scores=np.take_along_axis(scores, order, axis=1),
            features=np.take_along_axis(candidates.features, order[:, :, None], axis=1),
            lengths=candidates.lengths,
        )

    def dump(self) -> dict[str, object]:
        """Return plain data for JSON."""
        return {"features": list(feature_names(len(self.linear.weights))), **self.linear.dump()}
