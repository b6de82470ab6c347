"""Multinomial logistic regression over counts and sentence vectors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Regression:
    """Weights of the sparse features, shape (s, k), of the dense ones, (d, k), intercepts (k,).

    The same estimator as scikit-learn's (L2, `C`, balanced classes, L-BFGS). There, vectors and
    counts share one sparse matrix; kept apart, an iteration takes a sixth of the time, so that it
    can be run until it settles.
    """

    sparse: Matrix
    dense: Matrix
    intercept: Matrix

    @classmethod
    def fit(  # noqa: PLR0913 - features, classes and the estimator's two settings
        cls,
        counts: csr_matrix,
        vectors: Matrix,
        labels: NDArray[np.int64],
        classes: int,
        *,
        c: float,
        iterations: int,
    ) -> Regression:
        """Fit to counts (n, s), vectors (n, d) and labels (n,), indices into the classes."""
        split, end = counts.shape[1], counts.shape[1] + vectors.shape[1]
        rows = np.arange(len(labels))
        size = np.bincount(labels, minlength=classes)
        cost = c * len(labels) / (classes * size[labels])
        transposed = counts.T.tocsr()

        def loss(flat: Matrix) -> tuple[float, Matrix]:
            weights = flat.reshape(end + 1, classes)
            logits = counts @ weights[:split] + vectors @ weights[split:end] + weights[end]
            logs = log_softmax(logits, axis=1)
            residual = np.exp(logs)
            residual[rows, labels] -= 1.0
            residual *= cost[:, None]
            gradient = np.vstack(
                [transposed @ residual, vectors.T @ residual, residual.sum(axis=0)[None]]
            )
            gradient[:end] += weights[:end]
            penalty = 0.5 * float(np.square(weights[:end]).sum())
            return penalty - float(cost @ logs[rows, labels]), gradient.ravel()

        start = np.zeros((end + 1) * classes)
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations}
        ).x.reshape(end + 1, classes)
        return cls(found[:split], found[split:end], found[end])

    def probabilities(self, counts: csr_matrix, vectors: Matrix) -> Matrix:
        """Return class probabilities, shape (n, k), for counts (n, s) and vectors (n, d)."""
        logits = counts @ self.sparse + vectors @ self.dense + self.intercept
        return np.asarray(softmax(logits, axis=1))

    def save(self, file: Path) -> None:
        """Write plain arrays, no pickle."""
        np.savez(file, sparse=self.sparse, dense=self.dense, intercept=self.intercept)

    @classmethod
    def load(cls, file: Path) -> Regression:
        """Read what `save` wrote."""
        with np.load(file, allow_pickle=False) as stored:
            return cls(stored["sparse"], stored["dense"], stored["intercept"])
