"""The regression against scikit-learn's, which it must equal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.components.regression import Regression


def sample() -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    labels = np.repeat([0, 1, 2], [40, 15, 5])
    vectors = rng.normal(size=(60, 4)) + labels[:, None]
    counts = csr_matrix(rng.poisson(0.3 + 0.3 * (labels[:, None] == np.arange(3)), (60, 3)))
    return counts.astype(np.float64), vectors, labels


def test_it_finds_what_scikit_learn_finds() -> None:
    counts, vectors, labels = sample()
    own = Regression.fit(counts, vectors, labels, 3, c=2.0, iterations=500)
    reference = LogisticRegression(C=2.0, class_weight="balanced", max_iter=5000, tol=1e-8)
    both = hstack([counts, csr_matrix(vectors)], format="csr")
    expected = reference.fit(both, labels).predict_proba(both)
    np.testing.assert_allclose(own.probabilities(counts, vectors), expected, atol=1e-3)


def test_it_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    counts, vectors, labels = sample()
    own = Regression.fit(counts, vectors, labels, 3, c=1.0, iterations=20)
    own.save(tmp_path / "regression.npz")
    again = Regression.load(tmp_path / "regression.npz")
    assert np.array_equal(own.probabilities(counts, vectors), again.probabilities(counts, vectors))
