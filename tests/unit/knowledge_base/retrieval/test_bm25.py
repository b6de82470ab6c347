"""BM25 shares, overlaps and coverage on corpora small enough to reckon by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.retrieval.bm25 import Bm25
from knowledge_base.retrieval.coverage import Coverage

DOCUMENTS = [["卡", "丢", "了"], ["卡", "年", "费"], ["转", "账"], []]


def test_a_document_asked_for_word_by_word_scores_best_and_at_most_one() -> None:
    shares, _ = Bm25.build(DOCUMENTS).scores([["卡", "丢", "了"], ["年", "费"]])
    assert shares.shape == (2, 4)
    assert shares.argmax(axis=1).tolist() == [0, 1]
    assert shares.max() <= 1.0 + 1e-6
    assert shares[0, 2] == 0.0


def test_unknown_tokens_lower_every_share() -> None:
    index = Bm25.build(DOCUMENTS)
    known, _ = index.scores([["年", "费"]])
    diluted, _ = index.scores([["年", "费", "火", "星"]])
    nothing, _ = index.scores([["火", "星"], []])
    assert 0 < diluted[0, 1] < known[0, 1]
    assert nothing.max() == 0.0


def test_overlap_is_jaccard_of_token_sets() -> None:
    _, overlap = Bm25.build(DOCUMENTS).scores([["卡", "丢", "丢", "火"]], overlap=True)
    assert overlap[0].tolist() == pytest.approx([2 / 4, 1 / 5, 0.0, 0.0])


def test_saved_and_loaded_it_scores_the_same(tmp_path: Path) -> None:
    index = Bm25.build(DOCUMENTS)
    index.save(tmp_path / "index")
    again = Bm25.load(tmp_path / "index")
    queries = [["卡", "费"], ["转"], ["火"]]
    for one, other in zip(
        index.scores(queries, overlap=True), again.scores(queries, overlap=True), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_coverage_adds_up_the_wordings_of_an_article() -> None:
    owner = np.array([0, 0, 1, 1], dtype=np.int32)
    coverage = Coverage(Bm25.build(DOCUMENTS), owner, 2)
    shares = coverage.shares([["丢", "费"], ["转", "丢"], ["火"]])
    assert shares[0].tolist() == pytest.approx([1.0, 0.0])
    assert shares[1, 0] == pytest.approx(shares[1, 1])
    assert shares[2].tolist() == [0.0, 0.0]


def test_a_left_out_wording_does_not_cover_itself() -> None:
    owner = np.array([0, 0, 1, 1], dtype=np.int32)
    coverage = Coverage(Bm25.build(DOCUMENTS), owner, 2)
    left_out = (np.array([0], dtype=np.int32), np.array([1]))
    shares = coverage.shares([["卡", "丢", "了"]], left_out)
    assert 0 < shares[0, 0] < coverage.shares([["卡", "丢", "了"]])[0, 0]


@pytest.mark.parametrize("query", [["卡", "费", "火"], [], ["转", "账", "转"]])
def test_alone_a_query_scores_as_in_a_batch(query: list[str]) -> None:
    index = Bm25.build(DOCUMENTS)
    coverage = Coverage(index, np.array([0, 0, 1, 1], dtype=np.int32), 2)
    batch = [query, ["年", "费"]]
    for alone, together in zip(
        index.scores([query], overlap=True), index.scores(batch, overlap=True), strict=True
    ):
        assert alone[0].tolist() == pytest.approx(together[0].tolist(), abs=1e-6)
    together = coverage.shares(batch)[0]
    assert coverage.shares([query])[0].tolist() == pytest.approx(together.tolist(), abs=1e-6)
