"""A difference in words: what was taken out, what was put in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from knowledge_base.catalogue.diff import word_diff
from knowledge_base.studio.theme import box, text

_TAGS = {"equal": "span", "insert": "ins", "delete": "del"}


def words(before: str, after: str) -> None:
    """Show the difference of two texts inside the current element."""
    pieces(word_diff(before, after))


def pieces(parts: Iterable[tuple[str, str]]) -> None:
    """Show pieces of (op, text); op is equal, insert or delete."""
    with box("diff"):
        for op, said in parts:
            text(said, "", _TAGS[op])


def as_text(value: Any) -> str:
    """Return a field's value as it is compared: lists one entry a line."""
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
