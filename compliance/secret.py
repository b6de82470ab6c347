"""One piece of personal data, and how a text is read to find it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

REMOVED = "〔已隐去〕"


@dataclass(frozen=True, slots=True)
class Secret:
    """One piece of personal data: offsets [start, end) and what stands there instead."""

    kind: str
    start: int
    end: int
    mask: str


class Recogniser(Protocol):
    """Finds one kind of personal data.

    `plain` has as many characters as the raw text: half-width, lower case, digits as digits.
    """

    def find(self, plain: str, raw: str) -> Iterable[Secret]:
        """Return what was found, in any order."""


_CHINESE_DIGITS = str.maketrans("零〇○一二三四五六七八九幺两", "00012345678912")


def in_plain(text: str) -> str:
    """Return the text half-width and lower case, character by character, so offsets stay."""
    return "".join(_plain_character(char) for char in text)


def _plain_character(char: str) -> str:
    if char.isascii():
        return char.lower()
    plain = unicodedata.normalize("NFKC", char).lower()
    return plain if len(plain) == 1 else char


def digits_of(plain: str) -> str:
    """Return the digits in `plain`, Chinese numerals counted as the digits they name."""
    return "".join(char for char in plain.translate(_CHINESE_DIGITS) if char.isdecimal())
