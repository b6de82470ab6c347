"""Cutting a text for channels that take so many bytes a message.

A part ends where a paragraph, a list item or a sentence ends. Only a sentence that alone is too
long is cut inside, and even then never inside a named value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OPEN, CLOSE = "\ue000", "\ue001"
"""Private-use characters around a value until the text is cut; no text may bring its own."""

_MARKS = re.compile(f"[{OPEN}{CLOSE}]")
_ITEM = re.compile(r"[ \t]*(?:·|[-*+]|\d+[.、)）])[ \t]*\S")
_ENDS = "。！？!?…"
_CLOSERS = "”’」』）)】]"
_TOKEN = re.compile(
    rf"{OPEN}[^{CLOSE}]*{CLOSE}|(?P<end>[{_ENDS}]+[{re.escape(_CLOSERS)}]*\s*)|.", re.DOTALL
)
_BLOCK_END = re.compile(rf"[{_ENDS}：:；;][{re.escape(_CLOSERS)}]*$")


def marked(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values between marks, so that `cut` keeps each one whole."""
    return {name: f"{OPEN}{unmarked(value)}{CLOSE}" for name, value in values.items()}


def unmarked(text: str) -> str:
    """Return the text without marks, as it is shown."""
    return _MARKS.sub("", text)


def size(text: str) -> int:
    """Return how many bytes of UTF-8 the text takes when it is shown."""
    return len(unmarked(text).encode("utf-8"))


def cut(text: str, limit: int) -> tuple[str, ...]:
    """Return the text in parts of at most `limit` bytes, without marks; none is blank.

    Put together the parts are the text, but for white space between them. `limit` must leave
    room for one character (4 bytes).
    """
    parts = (unmarked(part).strip() for part in _pack(text, limit, 0))
    return tuple(part for part in parts if part)


def _pack(text: str, limit: int, level: int) -> Iterator[str]:
    """Fill parts with the level's pieces; a piece that is too long is cut by the next level."""
    held = ""
    for piece in _LEVELS[level](text):
        if size((held + piece).strip()) <= limit:
            held += piece
            continue
        if held:
            yield held
        held = piece
        if size(piece.strip()) > limit:
            *full, held = _pack(piece, limit, level + 1)
            yield from full
    if held:
        yield held


def _blocks(text: str) -> Iterator[str]:
    """Yield paragraphs and list items; a line that goes on in the next one is joined to it."""
    held = ""
    for line in text.splitlines(keepends=True):
        before = held.rstrip("\n").rsplit("\n", 1)[-1].strip()
        goes_on = before and line.strip() and not _ITEM.match(line)
        if held and not (goes_on and not _BLOCK_END.search(unmarked(before))):
            yield held
            held = ""
        held += line
    if held:
        yield held


def _sentences(text: str) -> Iterator[str]:
    held = ""
    for token in _TOKEN.finditer(text):
        held += token.group()
        if token.group("end"):
            yield held
            held = ""
    if held:
        yield held


def _tokens(text: str) -> Iterator[str]:
    return (token.group() for token in _TOKEN.finditer(text))


def _characters(text: str) -> Iterator[str]:
    return iter(unmarked(text))


_LEVELS: tuple[Callable[[str], Iterator[str]], ...] = (_blocks, _sentences, _tokens, _characters)
