"""A head reads the tuned half of a vector and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from language import heads
from language.heads import Head

HEAD = Head(("no", "yes"), np.array([[0.0, 3.0]], np.float32), np.array([0.0, 0.0], np.float32))


def test_only_the_last_columns_count() -> None:
    vectors = np.array([[9.0, 1.0], [-9.0, 1.0]], np.float32)
    one, other = HEAD.probabilities(vectors)
    assert one.tolist() == other.tolist()
    assert one[1] == pytest.approx(1 / (1 + np.exp(-3.0)))
    assert one.sum() == pytest.approx(1.0)


def test_what_was_saved_is_read_again(tmp_path: Path) -> None:
    heads.save({"intent": HEAD}, tmp_path)
    found = heads.load(tmp_path, "intent")
    assert found is not None
    assert found.classes == HEAD.classes
    assert np.array_equal(found.weights, HEAD.weights)


def test_an_encoder_without_a_head_for_the_task_has_none(tmp_path: Path) -> None:
    assert heads.load(tmp_path, "intent") is None
    heads.save({"intent": HEAD}, tmp_path)
    assert heads.load(tmp_path, "wording") is None
