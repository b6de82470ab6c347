"""Normal form: one way of writing, traceable to the raw text."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from language.normalise import compact, normalise, normalise_aligned, squeezed

# Plain text seldom hits the hard places, so they are drawn more often than by chance.
HARD = (
    "保本理財帳戶臺轉帳Ａａ１．％\u200b\u200d\ufeff\u3000\n\t\x00"
    "\ud800\ue000 ̶゙́¨ﬁ㈱İßﾊﾟ①🙂\ufe0f⼈각가"
)
TEXTS = st.text(st.one_of(st.sampled_from(HARD), st.characters()), max_size=40)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("理財產品Ａ的年化收益率　３．５％？", "理财产品a的年化收益率 3.5%?"),
        ("信用卡\n帳單\u200b在哪", "信用卡 账单在哪"),
        ("  Visa   CARD\t", "visa card"),
        ("保\u0336本\u0336", "保本"),
        ("⼈⼯", "人工"),
        ("e\u200d\u0301", "é"),
        ("妳們的後臺", "你们的后台"),
        ("\u200b\u00ad", ""),
        ("", ""),
    ],
)
def test_normal_form(raw: str, plain: str) -> None:
    assert normalise(raw) == plain


@settings(deadline=None)
@given(TEXTS)
@example("a ¨\u0301")
@example("İ")
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(deadline=None)
@given(TEXTS)
def test_normal_form_has_single_blanks_and_nothing_unseen(text: str) -> None:
    plain = normalise(text)
    assert plain == " ".join(plain.split())
    unseen = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}
    assert not {unicodedata.category(character) for character in plain} & unseen
    assert plain == plain.lower()


@settings(deadline=None)
@given(TEXTS)
@example("ﬁ\u200b㈱")
@example(" \u0301a")
def test_spans_lie_in_the_raw_text_in_order(text: str) -> None:
    plain, spans = normalise_aligned(text)
    assert plain == normalise(text)
    assert len(spans) == len(plain)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*"保本理財Ａ轉帳", "\u200b", " "]), max_size=20))
def test_spans_point_at_the_character_itself(characters: list[str]) -> None:
    raw = "".join(characters)
    plain, spans = normalise_aligned(raw)
    for character, (start, end) in zip(plain, spans, strict=True):
        assert (normalise(raw[start:end]) or " ") == character


def test_disguised_words_are_found_at_their_raw_place() -> None:
    raw = "這款\u200b保\u0336本\u0336理財"
    plain, spans = normalise_aligned(raw)
    at = plain.index("保本")
    assert raw[spans[at][0] : spans[at + 1][1]] == "保\u0336本\u0336"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("保 本", "保本"),
        ("投.诉", "投诉"),
        ("保-本_理|財", "保本理财"),
        ("信用卡怎么还款？", "信用卡怎么还款"),
        ("利率 3.5% 吗", "利率3.5%吗"),
        ("VISA card, T+0 到账", "visa card, t+0到账"),
        ("？！", ""),
    ],
)
def test_compact_drops_what_separates_chinese(raw: str, plain: str) -> None:
    assert compact(raw) == plain


@settings(deadline=None)
@given(TEXTS)
@example(":ᅡ")
@example("가:ᆨ")
def test_compact_again_changes_nothing(text: str) -> None:
    assert compact(compact(text)) == compact(text)


def test_many_threads_read_alike() -> None:
    raw = ["理財產品Ａ", "轉帳５０００元", "妳好\u200b"] * 200
    expected = [normalise(text) for text in raw]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(normalise, raw)) == expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("啊" * 5000, "啊啊啊"),
        ("人工人工人工人工人工", "人工人工人工"),
        ("哈哈哈", "哈哈哈"),
        ("转账10000000元", "转账10000000元"),
    ],
)
def test_what_is_repeated_is_said_three_times(text: str, plain: str) -> None:
    assert squeezed(text) == plain
