"""Pinyin and homophones: what is surely one is read, everything else stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.lexicon import Lexicon
from language.normalise import normalise
from language.spellings import Spellings, legible, respelled

SPELLINGS = Spellings.load()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("wo yao zhuanzhang", "我要转账"),
        ("zhuan ren gong", "转人工"),
        ("WoYaoTousu nimen", "我要投诉你们"),
        ("anquanzhanghu shi shenme", "安全账户是什么"),
        ("帮我zhuanzhang 500", "帮我转账 500"),
        ("ｚｈｕａｎｚｈａｎｇ５００给他", "转账500给他"),
        ("我要头诉", "我要投诉"),
        ("转人公", "转人工"),
        ("收不到验正码", "收不到验证码"),
    ],
)
def test_what_is_surely_meant(text: str, read: str) -> None:
    assert legible(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "talk to me",
        "login失败",
        "no bot i want human",
        "ni zhidao changcheng duo chang ma",
        "a ma",
        "pos机",
        "rengongzhineng",
        "wozhuanzhang" * 10,
        "人工智能",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert respelled(text) == text


def test_a_message_is_never_left_without_characters() -> None:
    assert legible("\u200b")


@given(st.text(st.sampled_from("wo yaozhuangrengkefu 我要500"), max_size=40))
def test_reading_twice_changes_nothing(text: str) -> None:
    once = respelled(normalise(text))
    assert respelled(once) == once


def test_words_are_letters_and_mean_characters() -> None:
    for spelling, reading in {**SPELLINGS.words, **SPELLINGS.particles}.items():
        assert spelling.isascii()
        assert spelling.isalpha()
        assert normalise(reading) == reading
    assert not set(SPELLINGS.words) & set(SPELLINGS.particles)


def test_no_homophone_stands_in_another_ones_reading() -> None:
    readings = "\n".join(SPELLINGS.homophones.values())
    assert [wrong for wrong in SPELLINGS.homophones if wrong in readings] == []


def test_the_lexicon_reads_pinyin() -> None:
    match = Lexicon.load().match("qing zhuan ren gong")
    assert match is not None
    assert match.reason == "human"
