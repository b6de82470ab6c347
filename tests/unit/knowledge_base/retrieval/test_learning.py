"""The models on data whose answer is known, and the measures by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.retrieval.calibration import LOWEST_ANSWER, choose_thresholds
from knowledge_base.retrieval.domain import Domain
from knowledge_base.retrieval.logistic import Linear, fit_binary, fit_choice, sigmoid
from knowledge_base.retrieval.training import auroc


def test_binary_model_recovers_the_weights_that_made_the_labels() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(20_000, 3))
    labels = (rng.random(20_000) < sigmoid(x @ np.array([2.0, -1.0, 0.0]) + 0.5)).astype(float)
    model = fit_binary(x, labels, np.ones(len(x)), 1e-6)
    assert (model.weights / model.scale).tolist() == pytest.approx([2.0, -1.0, 0.0], abs=0.1)
    assert sigmoid(model.score(x)).mean() == pytest.approx(labels.mean(), abs=1e-3)


def test_choice_model_learns_what_tells_candidates_apart() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(3_000, 5, 2))
    valid = np.ones((3_000, 5), dtype=bool)
    valid[:, 4] = False
    x[:, 4, 0] = 100.0
    utility = 3.0 * x[:, :4, 0] + rng.gumbel(size=(3_000, 4))
    model = fit_choice(x, valid, utility.argmax(axis=1), 1e-6)
    assert (model.weights / model.scale).tolist() == pytest.approx([3.0, 0.0], abs=0.25)


def test_a_constant_column_does_no_harm() -> None:
    x = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [4.0, 5.0]])
    model = fit_binary(x, np.array([0.0, 0.0, 1.0, 1.0]), np.ones(4), 0.01)
    assert np.isfinite(model.score(x)).all()
    assert model.score(x).argsort().tolist() == [0, 1, 2, 3]


def test_a_model_survives_being_written_down() -> None:
    model = fit_binary(np.eye(3), np.array([1.0, 0.0, 1.0]), np.ones(3), 0.1)
    again = Linear.parse(model.dump())
    assert again.score(np.eye(3)).tolist() == model.score(np.eye(3)).tolist()


def test_domain_tells_own_from_foreign_directions() -> None:
    rng = np.random.default_rng(3)
    own = rng.normal([3, 0, 0], 1.0, size=(200, 3)).astype(np.float32)
    far = rng.normal([-3, 0, 0], 1.0, size=(40, 3)).astype(np.float32)
    evidence = Domain.fit(own, far).evidence(np.array([[3, 0, 0], [-3, 0, 0]], dtype=np.float32))
    assert evidence[0, 0] > 0 > evidence[1, 0]
    assert evidence[1, 1] > evidence[0, 1]


@given(
    st.lists(st.integers(-5, 5), min_size=1, max_size=20),
    st.lists(st.integers(-5, 5), min_size=1, max_size=20),
)
def test_auroc_is_the_share_of_ordered_pairs(higher: list[int], lower: list[int]) -> None:
    pairs = [(a > b) + 0.5 * (a == b) for a in higher for b in lower]
    expected = sum(pairs) / len(pairs)
    assert auroc(np.array(higher, float), np.array(lower, float)) == pytest.approx(expected)


def test_thresholds_keep_what_they_promise() -> None:
    rng = np.random.default_rng(1)
    probability = rng.random(6_000)
    own = np.arange(6_000) < 4_000
    far = np.arange(6_000) >= 5_000
    probability[far] *= 0.3
    right = ((rng.random(6_000) < probability) & own).astype(float)
    weights = np.ones(6_000)
    drawn = choose_thresholds(probability, right, weights, (own, far), (0.8, 0.95, 0.9))
    answered = probability >= drawn.answer
    assert right[answered].mean() >= 0.8
    assert (probability[own] >= drawn.clarify).mean() >= 0.9
    assert drawn.clarify <= drawn.answer


def test_a_wrong_first_article_is_never_an_answer() -> None:
    probability = np.linspace(0.0, 0.4, 100)
    right = np.ones(100)
    own = np.ones(100, dtype=bool)
    drawn = choose_thresholds(probability, right, np.ones(100), (own, ~own), (0.9, 0.9, 0.9))
    assert drawn.answer >= LOWEST_ANSWER
