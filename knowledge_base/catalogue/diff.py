"""What changed between two revisions, word by word."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from compliance.notices import Notice
from knowledge_base.article import Article
from knowledge_base.catalogue.revision import Kind, Revision
from knowledge_base.values import NamedValue
from language.segment import placed_words

Op = Literal["equal", "insert", "delete"]
Piece = tuple[Op, str]

_ORDER = {
    Kind.ARTICLE: tuple(Article.model_fields),
    Kind.VALUE: tuple(NamedValue.model_fields),
    Kind.NOTICE: tuple(Notice.model_fields),
}
_LONG = 6_000
"""Characters of both texts; what is longer is compared line by line, in bounded time."""


def diff(before: Revision, after: Revision) -> list[tuple[str, list[Piece]]]:
    """Return the fields that differ, in the order of the model, each with its `word_diff`.

    A list is compared as its entries, one a line.
    """
    old, new = before.content, after.content
    known = [name for name in _ORDER[after.kind] if name in old or name in new]
    other = sorted((old.keys() | new.keys()) - set(known))
    return [
        (name, word_diff(_text(old.get(name)), _text(new.get(name))))
        for name in (*known, *other)
        if _text(old.get(name)) != _text(new.get(name))
    ]


def word_diff(before: str, after: str) -> list[Piece]:
    """Return `before` turned into `after` as pieces of (op, text).

    The pieces that are equal or deleted make up `before`, those that are equal or inserted make
    up `after`, to the last blank. What is replaced is deleted first.
    """
    cut = _words if len(before) + len(after) <= _LONG else _lines
    old, new = list(cut(before)), list(cut(after))
    pieces: list[Piece] = []
    # Without "autojunk": the frequent words of a text are not noise here.
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for op, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if op == "equal":
            pieces.append(("equal", "".join(old[old_from:old_to])))
            continue
        if old_from < old_to:
            pieces.append(("delete", "".join(old[old_from:old_to])))
        if new_from < new_to:
            pieces.append(("insert", "".join(new[new_from:new_to])))
    return pieces


def _words(text: str) -> Iterator[str]:
    """Yield words, and what stands between them, so that nothing is left out."""
    edges = sorted({0, len(text), *(edge for _, *span in placed_words(text) for edge in span)})
    for start, end in pairwise(edges):
        yield text[start:end]


def _lines(text: str) -> Iterator[str]:
    yield from text.splitlines(keepends=True)


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)
