"""Cutting a text into pieces of at most so many bytes; nothing is lost, nothing is added."""

from __future__ import annotations

import unicodedata

MAX_BYTES = 2048
_ENDS = "。！？；!?;\n"
_PAUSES = "，、,：: "
_JOINER = "\u200d"


def split(text: str, limit: int = MAX_BYTES) -> list[str]:
    """Return pieces that together are `text`, each at most `limit` bytes of UTF-8 (≥ 64).

    A piece ends after a sentence where there is one in its second half, else after a pause,
    else between two characters, never inside what is shown as one (RFC 3629; UAX #29 in part).
    """
    pieces: list[str] = []
    while len(text.encode()) > limit:
        longest = text.encode()[:limit].decode(errors="ignore")
        end = _end(longest, _ENDS) or _end(longest, _PAUSES) or _between(text, len(longest))
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text] if text else pieces


def _end(text: str, marks: str) -> int:
    """Return the place after the last of `marks`, 0 when none is in the second half."""
    end = max(text.rfind(mark) for mark in marks) + 1
    return end if end > len(text) // 2 else 0


def _between(text: str, end: int) -> int:
    """Return the last place up to `end` that does not tear a shown character apart."""
    place = end
    while place > 1 and (_clings(text[place]) or text[place - 1] == _JOINER):
        place -= 1
    return place if place > 1 else end


def _clings(character: str) -> bool:
    modifier = "\U0001f3fb" <= character <= "\U0001f3ff"
    return modifier or character == _JOINER or unicodedata.category(character).startswith("M")
