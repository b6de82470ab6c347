"""Words, by jieba with the finance dictionary."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language import segment
from language.normalise import normalise
from language.segment import FINANCE_DICTIONARY, Segmenter

PLAIN = st.text(max_size=60).map(normalise)


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter(cache_dir=tmp_path_factory.mktemp("jieba"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("信用卡最低还款额怎么算", ["信用卡", "最低还款额", "怎么", "算"]),
        ("大额存单提前支取怎么计息", ["大额存单", "提前支取", "怎么", "计息"]),
        ("etf基金和fof基金", ["etf基金", "和", "fof基金"]),
        ("业绩比较基准 3.5%", ["业绩比较基准", "3.5%"]),
        ("把我的u盾挂失", ["把", "我", "的", "u盾", "挂失"]),
        ("", []),
    ],
)
def test_finance_terms_stay_whole(segmenter: Segmenter, text: str, words: list[str]) -> None:
    assert segmenter.words(text) == words


def test_dictionary_is_large_enough_and_well_formed() -> None:
    lines = FINANCE_DICTIONARY.read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"\S+ \d+ [a-z]+", line) for line in lines)
    terms = [line.split()[0] for line in lines]
    assert len(terms) >= 400
    assert len(set(terms)) == len(terms)
    assert [normalise(term) for term in terms] == terms


@settings(deadline=None)
@given(PLAIN)
def test_words_and_blanks_make_up_the_text(text: str) -> None:
    placed = segment.placed_words(text)
    assert all(text[start:end] == word for word, start, end in placed)
    assert "".join(word for word, _, _ in placed) == text.replace(" ", "")
    assert [word for word, _, _ in placed] == segment.words(text)


def test_cache_file_is_written_where_it_may_be(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cache"
    Segmenter(cache_dir=folder).words("存款")
    assert [file.suffix for file in folder.iterdir()] == [".cache"]


def test_the_process_wide_jieba_is_left_alone(segmenter: Segmenter) -> None:
    segmenter.words("存款")
    assert jieba.dt.FREQ.get("最低还款额") is None


def test_first_use_by_many_threads_loads_once(tmp_path: Path) -> None:
    fresh = Segmenter(cache_dir=tmp_path)
    texts = ["信用卡最低还款额怎么算"] * 64
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(fresh.words, texts))
    assert all(words == found[0] for words in found)
    assert found[0][1] == "最低还款额"


def test_char_ngrams() -> None:
    assert list(segment.char_ngrams("存款吗", 1, 2)) == ["存", "款", "吗", "存款", "款吗"]
    assert list(segment.char_ngrams("存", 2, 3)) == []
