"""P4: every promise term is found in every disguise that the generator makes of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from opencc import OpenCC

from compliance.data_file import load
from compliance.wording import DEFAULT_PATH, Wording, WordingFile

FILE = load(DEFAULT_PATH, WordingFile)
CARRIERS = {
    "返佣": "买了给您{}。",
    "返点": "买了给您{}。",
    "验证码": "请把{}发给我。",
    "密码": "请把{}发给我。",
}
PROMISE = "这款理财{}。"


def _pinyin(term: str) -> str:
    return "".join(_latin(char) or char for char in term)


def _latin(char: str) -> str:
    forms = FILE.respelling.spellings.get(char, ())
    return next((form for form in forms if form.isascii() and form.isalpha()), "")


def _first_in_pinyin(term: str) -> str:
    return (_latin(term[0]) or term[0]) + term[1:]


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _look_alike(term: str) -> str:
    """Replace the last character that has a Chinese look-alike or homophone."""
    for index in reversed(range(len(term))):
        for form in FILE.respelling.spellings.get(term[index], ()):
            if unicodedata.category(form[0]) == "Lo":
                return term[:index] + form + term[index + 1 :]
    return term


DISGUISES: dict[str, Callable[[str], str]] = {
    "blank": " ".join,
    "ideographic blank": "\u3000".join,
    "dot": "·".join,
    "star": "*".join,
    "dash": "-".join,
    "comma": "，".join,
    "unseen": "\u200b".join,
    "emoji": "💰".join,
    "brackets": lambda term: "".join(f"【{char}】" for char in term),
    "pinyin": _pinyin,
    "pinyin in capitals": lambda term: _pinyin(term).upper(),
    "full-width pinyin": lambda term: _full_width(_pinyin(term)),
    "spaced pinyin": lambda term: " ".join(_pinyin(term)),
    "first character in pinyin": _first_in_pinyin,
    "traditional": OpenCC("s2t").convert,
    "look-alike": _look_alike,
}


@pytest.mark.parametrize("term", FILE.respelling.terms)
@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_term_is_found(wording: Wording, term: str, disguise: str) -> None:
    text = CARRIERS.get(term, PROMISE).format(DISGUISES[disguise](term))
    assert wording.check(text), text


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_denial_is_let_through(wording: Wording, disguise: str) -> None:
    assert not wording.check(f"理财产品不{DISGUISES[disguise]('保本')}。")
