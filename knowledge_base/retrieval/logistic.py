"""Logistic models fitted with L-BFGS: a binary one and a choice among candidates.

Both standardise their inputs, both are a handful of numbers that go into JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """score = ((x - centre) / scale) · weights + intercept."""

    centre: Floats
    scale: Floats
    weights: Floats
    intercept: float = 0.0

    def score(self, inputs: NDArray[np.floating]) -> Floats:
        """Score inputs (..., F) to (...)."""
        standard = (np.asarray(inputs, dtype=np.float64) - self.centre) / self.scale
        return np.asarray(standard @ self.weights + self.intercept, dtype=np.float64)

    def dump(self) -> dict[str, object]:
        """Return plain lists for JSON."""
        return {
            "centre": self.centre.tolist(),
            "scale": self.scale.tolist(),
            "weights": self.weights.tolist(),
            "intercept": self.intercept,
        }

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> Linear:
        """Read what `dump` wrote; raises KeyError or ValueError when it is something else."""
        centre, scale, weights = (
            np.array(stored[name], dtype=np.float64) for name in ("centre", "scale", "weights")
        )
        return cls(centre, scale, weights, float(stored["intercept"]))


def sigmoid(scores: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * scores)), dtype=np.float64)


def fit_binary(inputs: Floats, labels: Floats, weights: Floats, l2: float) -> Linear:
    """Fit P(label = 1); inputs (n, F), labels and example weights (n,), `l2` per weight."""
    centre, scale = _standard(inputs)
    x = (inputs - centre) / scale
    total = weights.sum()

    def loss(theta: Floats) -> tuple[float, Floats]:
        z = x @ theta[:-1] + theta[-1]
        value = (weights * (np.logaddexp(0.0, z) - labels * z)).sum() / total
        error = weights * (sigmoid(z) - labels) / total
        gradient = np.append(x.T @ error + l2 * theta[:-1], error.sum())
        return float(value + 0.5 * l2 * (theta[:-1] ** 2).sum()), gradient

    theta = _minimise(loss, inputs.shape[1] + 1)
    return Linear(centre, scale, theta[:-1], float(theta[-1]))


def fit_choice(
    inputs: Floats, valid: NDArray[np.bool_], target: NDArray[np.int64], l2: float
) -> Linear:
    """Fit a conditional logit: softmax over each query's candidates, `target` is the right one.

    inputs (B, K, F), valid (B, K), target (B,) a candidate's position. The loss sees only
    differences between candidates of one query, which is what ranking is about.
    """
    centre, scale = _standard(inputs[valid])
    x = np.where(valid[:, :, None], (inputs - centre) / scale, 0.0)
    flat = x.reshape(-1, x.shape[2])
    count = len(target)
    chosen = x[np.arange(count), target].sum(axis=0)

    def loss(theta: Floats) -> tuple[float, Floats]:
        scores = np.where(valid, (flat @ theta).reshape(valid.shape), -np.inf)
        top = scores.max(axis=1, keepdims=True)
        powers = np.exp(scores - top)
        norm = powers.sum(axis=1, keepdims=True)
        value = (top + np.log(norm)).sum() - chosen @ theta
        share = (powers / norm).reshape(-1)
        gradient = (flat.T @ share - chosen) / count + l2 * theta
        return float(value / count + 0.5 * l2 * (theta**2).sum()), gradient

    return Linear(centre, scale, _minimise(loss, x.shape[2]))


def _standard(inputs: Floats) -> tuple[Floats, Floats]:
    spread = inputs.std(axis=0)
    return inputs.mean(axis=0), np.where(spread > 1e-9, spread, 1.0)  # noqa: PLR2004 -- constant


def _minimise(loss: Callable[[Floats], tuple[float, Floats]], size: int) -> Floats:
    # Only building fits anything; serving is spared the import.
    from scipy.optimize import minimize  # noqa: PLC0415  -- see above

    result = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return np.asarray(result.x, dtype=np.float64)
