"""Regular expressions made of word lists."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """Return a group that matches any of the words, longer ones first.

    Latin words stand alone: "pin" is no part of "shopping".
    """
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(_bounded, ordered)) + ")"


def _bounded(word: str) -> str:
    escaped = re.escape(word)
    return rf"(?<![a-z]){escaped}" if word[0].isascii() and word[0].isalpha() else escaped
