"""Nothing is lost, nothing is torn, every piece fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.wechat.splitting import split


@given(st.text(max_size=2000), st.integers(64, 300))
def test_pieces_fit_and_make_the_whole(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert "".join(pieces) == text
    assert all(0 < len(piece.encode()) <= limit for piece in pieces)


def test_a_text_that_fits_exactly_stays_whole() -> None:
    text = "汉" * 682 + "ab"
    assert split(text) == [text]
    assert len(split(text + "c")) == 2


def test_pieces_end_with_sentences() -> None:
    text = "这是第一句话。" * 200
    assert all(piece.endswith("。") for piece in split(text))


@pytest.mark.parametrize("shown", ["👩‍👩‍👧‍👦", "👍🏽", "e\u0301"])
def test_what_is_shown_as_one_is_not_torn(shown: str) -> None:
    for piece in split(shown * 200, 100):
        assert piece == shown * (len(piece) // len(shown))
