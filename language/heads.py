"""What the tuned half of an encoder's vector says: one linear classifier for each task.

`language.head_tuning` learns them together with the upper layers of the encoder whose vectors
they read; they lie beside it, in the same directory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FILE = "heads.npz"


@dataclass(frozen=True)
class Head:
    """`classes` (k,) in the order of the columns; weights (d, k), bias (k,)."""

    classes: tuple[str, ...]
    weights: Floats
    bias: Floats

    def probabilities(self, vectors: Floats) -> Floats:
        """Return class probabilities (n, k) for vectors (n, D); the last d columns count."""
        logits = vectors[:, -len(self.weights) :] @ self.weights + self.bias
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def save(heads: dict[str, Head], folder: Path) -> None:
    """Write the heads of all tasks beside the encoder; plain arrays, no pickle."""
    arrays: dict[str, Any] = {}
    for task, head in heads.items():
        arrays[f"{task}.classes"] = np.array(head.classes)
        arrays[f"{task}.weights"] = head.weights
        arrays[f"{task}.bias"] = head.bias
    np.savez(folder / FILE, **arrays)


def load(folder: Path, task: str) -> Head | None:
    """Return the head of a task, or None where the encoder was not tuned for it."""
    if not (folder / FILE).exists():
        return None
    with np.load(folder / FILE, allow_pickle=False) as stored:
        if f"{task}.classes" not in stored:
            return None
        classes = tuple(str(name) for name in stored[f"{task}.classes"])
        return Head(classes, stored[f"{task}.weights"], stored[f"{task}.bias"])
