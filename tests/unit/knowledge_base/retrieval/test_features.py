"""Evidence and ranking on a table of four articles with vectors chosen by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base.article import Article
from knowledge_base.retrieval.features import FEATURES, TUNED, Candidates, candidates, feature_names
from knowledge_base.retrieval.logistic import Linear
from knowledge_base.retrieval.ranker import Ranker
from knowledge_base.retrieval.signals import QueryVectors, signals
from knowledge_base.retrieval.wordings import Wordings, build, seen_by

ARTICLES = [
    Article(id="loss", title="怎么挂失", questions=("卡丢了", "卡不见了"), body="请致电挂失。"),
    Article(id="fee", title="年费多少", questions=("要收年费吗",), body="每年收取一次。"),
    Article(id="limit", title="转账限额", body="转账限额"),
    Article(id="rate", title="存款利率", questions=("利息多少",), body="以公示为准。"),
]
ROWS = [0, 0, 0, 1, 1, 2, 3, 3]


def unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


@pytest.fixture(scope="module")
def table() -> Wordings:
    rng = np.random.default_rng(5)
    directions = np.eye(6)[:4]
    raw = unit(directions[ROWS] + 0.1 * rng.normal(size=(8, 6)) + 2.0 * np.eye(6)[5])
    return build(ARTICLES, (raw, unit(directions + 0.1)))


def look_up(table: Wordings, row: int, hidden: NDArray[np.bool_] | None = None) -> Candidates:
    found = signals(table, [table.texts[row]], QueryVectors(table.base.raw[[row]]))
    return candidates(table, found, hidden, 20)


def feature(found: Candidates, article: int, name: str) -> float:
    place = found.numbers[0].tolist().index(article)
    return float(found.features[0, place, FEATURES.index(name)])


def test_a_wording_finds_its_own_article_first(table: Wordings) -> None:
    for row, owner in enumerate(ROWS):
        assert look_up(table, row).numbers[0, 0] == owner


def test_every_feature_is_finite_and_named(table: Wordings) -> None:
    found = look_up(table, 0)
    assert found.features.shape == (1, 4, len(FEATURES))
    assert np.isfinite(found.features).all()


def test_margins_are_against_the_best_other_article(table: Wordings) -> None:
    found = look_up(table, 4)
    scores = {n: feature(found, n, "semantic") for n in range(4)}
    best_other = max(score for n, score in scores.items() if n != 1)
    assert feature(found, 1, "semantic_margin") == pytest.approx(scores[1] - max(best_other, 0.0))
    assert feature(found, 0, "semantic_margin") == pytest.approx(scores[0] - scores[1])


def test_top3_is_a_mean_of_at_most_three_visible_wordings(table: Wordings) -> None:
    found = look_up(table, 1)
    cosines = (table.base.centred[[1]] @ table.base.centred.T)[0]
    assert feature(found, 0, "top3") == pytest.approx(float(cosines[:3].mean()), abs=1e-5)
    assert feature(found, 2, "top3") == pytest.approx(float(cosines[5]), abs=1e-5)


def test_plain_cosines_are_those_of_the_vectors(table: Wordings) -> None:
    found = signals(table, table.texts, QueryVectors(table.base.raw))
    np.testing.assert_allclose(found.raw, table.base.raw @ table.base.raw.T, atol=1e-5)


def test_a_hidden_wording_gives_no_evidence(table: Wordings) -> None:
    hidden = np.zeros((1, 8), dtype=bool)
    hidden[0, 4] = True
    found = look_up(table, 4, hidden)
    cosines = (table.base.centred[[4]] @ table.base.centred.T)[0]
    assert feature(found, 1, "semantic") == pytest.approx(float(cosines[3]), abs=1e-5)
    assert feature(found, 1, "top3") == pytest.approx(float(cosines[3]), abs=1e-5)


def test_a_wholly_hidden_article_does_not_exist(table: Wordings) -> None:
    found = look_up(table, 4, (table.owner == 1)[None, :])
    assert found.valid.sum() == 3
    assert 1 not in found.numbers[found.valid]


def test_an_answer_that_only_repeats_the_title_is_no_answer(table: Wordings) -> None:
    assert not table.base.answer_centred[2].any()
    assert feature(look_up(table, 5), 2, "answer") == 0.0


def test_a_batch_gives_what_single_queries_give(table: Wordings) -> None:
    found = candidates(table, signals(table, table.texts, QueryVectors(table.base.raw)), None, 20)
    for row in range(8):
        alone = look_up(table, row)
        np.testing.assert_array_equal(found.numbers[row], alone.numbers[0])
        np.testing.assert_allclose(found.features[row], alone.features[0], atol=1e-5)


def test_the_ranker_orders_by_its_weights_and_puts_nothing_last(table: Wordings) -> None:
    weights = np.zeros(len(FEATURES))
    weights[FEATURES.index("log_wordings")] = 1.0
    ranker = Ranker(Linear(np.zeros(len(FEATURES)), np.ones(len(FEATURES)), weights))
    found = look_up(table, 4)
    ranking = ranker.rank(replace(found, valid=found.numbers != 0))
    assert ranking.numbers[0, -1] == 0
    assert ranking.numbers[0, -2] == 2
    assert ranking.scores[0, -1] == -np.inf
    assert ranking.shares[0].sum() == pytest.approx(1.0)
    assert ranking.shares[0, -1] == 0.0


def test_a_tuned_encoder_adds_its_own_view_and_hides_what_is_hidden(table: Wordings) -> None:
    both = seen_by(table, (table.base.raw, table.base.answer_raw))
    vectors = QueryVectors(table.base.raw[[1]], table.base.raw[[1]])
    hidden = np.zeros((1, 8), dtype=bool)
    hidden[0, 1] = True
    found = candidates(both, signals(both, [table.texts[1]], vectors), hidden, 20)
    width = len(FEATURES) + len(TUNED)
    assert found.features.shape == (1, 4, width)
    assert feature_names(width)[-len(TUNED) :] == TUNED
    same = found.features[:, :, : len(TUNED)]
    np.testing.assert_array_equal(found.features[:, :, -len(TUNED) :], same)
