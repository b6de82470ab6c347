"""Readable ids from titles: pinyin syllables and Latin words, joined by hyphens."""

from __future__ import annotations

import re

LONGEST = 60
"""Characters; an article's id may have 80, the rest is for a number that makes it unique."""

_WORD = re.compile(r"[a-z0-9]+")


def slug(title: str, joint: str = "-", default: str = "article") -> str:
    """Return an id such as `zen-me-gua-shi`, cut after a whole syllable; `default` if none."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 50 MB, for who imports content only

    syllables = [word for part in lazy_pinyin(title) for word in _WORD.findall(part.lower())]
    kept = ""
    for syllable in syllables:
        longer = f"{kept}{joint}{syllable}" if kept else syllable[:LONGEST]
        if len(longer) > LONGEST:
            break
        kept = longer
    return kept or default
