"""One piece of personal data, and how a text is read to find it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from language.normalise import normalise

REMOVED = "〔已隐去〕"
# C3 is kept in no form, not even encrypted (JR/T 0171-2020).
NEVER_KEPT = frozenset({"password", "code", "cvn", "expiry"})


@dataclass(frozen=True, slots=True)
class Secret:
    """One piece of personal data: offsets [start, end) and what stands there instead."""

    kind: str
    start: int
    end: int
    mask: str


class Recogniser(Protocol):
    """Finds one kind of personal data.

    `plain` has as many characters as the raw text: half-width, simplified, lower case.
    """

    def find(self, plain: str, raw: str) -> Iterable[Secret]:
        """Return what was found, in any order."""


# Read out aloud: 幺 for 1; 洞, 拐, 勾 for 0, 7, 9 on the phone; 壹 and so on in writing.
_SPOKEN = "零〇○洞一幺么壹二两贰三叁四肆五伍六陆七柒拐八捌九玖勾"
_VALUES = "000011112223344556677788999"
_CHINESE_DIGITS = str.maketrans(_SPOKEN, _VALUES)
_NOT_DIGITS = re.compile(r"\D+")
SPOKEN = f"[{_SPOKEN}]"
# A digit as people type it: Arabic, or spoken out in Chinese.
DIGIT = f"[0-9{_SPOKEN}]"
# What people put between digits; never a comma, which separates amounts. Keycap emoji are digits
# with two invisible marks behind each.
GAP = r"[\s\-–—−.·•_/~\u200b-\u200f\u2060\ufeff\ufe0f\u20e3]{0,3}"


def in_plain(text: str) -> str:
    """Return the text half-width, simplified and lower case; every character keeps its offset."""
    return "".join(map(_plain_character, text))


@lru_cache(maxsize=1 << 14)
def _plain_character(char: str) -> str:
    if char.isascii():
        return char.lower()
    plain = normalise(char)
    return plain if len(plain) == 1 else char


def digits_of(plain: str) -> str:
    """Return the digits in `plain`, Chinese numerals counted as the digits they name."""
    return _NOT_DIGITS.sub("", plain.translate(_CHINESE_DIGITS))
