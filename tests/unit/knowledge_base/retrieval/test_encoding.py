"""The cache of vectors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.retrieval.encoding import ENCODERS_KEPT, VectorCache


@dataclass(frozen=True)
class Lengths:
    """Encodes a text as its length."""

    fingerprint: str
    dimension: int = 1

    def encode(self, texts: Sequence[str], *, prefix: str = "") -> NDArray[np.float32]:
        return np.array([[len(prefix + text)] for text in texts], dtype=np.float32)


def encode(folder: Path, name: str) -> Path:
    """Encode with an encoder of that name; return where its vectors lie."""
    VectorCache(folder, Lengths(name)).encode(["一", "二二"], lambda _message: None)
    return folder / f"{name}.npz"


def test_vectors_of_encoders_that_are_gone_do_not_pile_up(tmp_path: Path) -> None:
    files = []
    for number in range(ENCODERS_KEPT + 2):
        files.append(encode(tmp_path, f"encoder-{number}"))
        os.utime(files[-1], (number, number))
    assert [path.exists() for path in files] == [False, False, *[True] * ENCODERS_KEPT]
