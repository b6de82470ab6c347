"""Is this for a bank at all? Evidence from the sentence vector alone.

Similarity to the nearest wording cannot tell an oddly worded question from one about the weather.
A linear model between the corpus's own wordings and utterances that are not for a bank can, and so
can the similarity to the nearest of those utterances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.retrieval.logistic import Linear, fit_binary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.int64]

L2 = 0.01
"""Strong: there are hundreds of dimensions and only a few hundred foreign utterances."""
EVIDENCE = ("domain_logit", "nearest_far")


@dataclass(frozen=True)
class Domain:
    """A linear model over centred vectors, and the centred foreign utterances (m, D)."""

    linear: Linear
    far: Vectors

    @classmethod
    def fit(cls, own: Vectors, far: Vectors) -> Domain:
        """Learn from centred wordings (n, D) and foreign utterances (m, D), equally weighted."""
        inputs = np.concatenate([own, far]).astype(np.float64)
        labels = np.repeat([1.0, 0.0], [len(own), len(far)])
        weights = np.where(labels > 0, 0.5 / len(own), 0.5 / len(far))
        return cls(fit_binary(inputs, labels, weights, L2), far)

    def evidence(self, centred: Vectors) -> Floats:
        """Return (B, 2): the logit of being for a bank, the greatest cosine to a foreign one."""
        nearest = (centred @ self.far.T).max(axis=1)
        return np.stack([self.linear.score(centred), nearest.astype(np.float64)], axis=1)


def cross_fitted(
    vectors: tuple[Vectors, Vectors, Vectors], folds: tuple[Numbers, Numbers, Numbers]
) -> tuple[Floats, Floats, Floats]:
    """Return the evidence (n, 2) for own, near and far texts from models that never saw them."""
    own, _, far = vectors
    evidence = [np.zeros((len(texts), len(EVIDENCE))) for texts in vectors]
    for part in np.unique(np.concatenate(folds)):
        model = Domain.fit(own[folds[0] != part], far[folds[2] != part])
        for texts, fold, known in zip(vectors, folds, evidence, strict=True):
            known[fold == part] = model.evidence(texts[fold == part])
    return evidence[0], evidence[1], evidence[2]
