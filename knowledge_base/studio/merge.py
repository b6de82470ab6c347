"""Two people's texts of the same revision, put together field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it; `mine` stands wherever both changed a text."""

    content: dict[str, Any]
    taken: tuple[str, ...]
    """Fields in which only the other one changed something: theirs was taken."""
    conflicts: tuple[str, ...]
    """Fields that both changed, differently: somebody has to choose."""


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Merge two contents that both began as `base`.

    Lists (wordings, categories) are merged entry by entry: what either one added is in, what
    either one took out is out. A text is one whole: both versions are kept for a choice.
    """
    content = dict(mine)
    taken: list[str] = []
    conflicts: list[str] = []
    for name in dict.fromkeys((*mine, *theirs)):
        was, own, other = base.get(name), mine.get(name), theirs.get(name)
        if _same(own, other) or _same(was, other):
            continue
        if _same(was, own):
            content[name] = other
            taken.append(name)
        elif isinstance(own, list | tuple) and isinstance(other, list | tuple):
            content[name] = _lists(list(was or ()), list(own), list(other))
            taken.append(name)
        else:
            conflicts.append(name)
    return Merged(content, tuple(taken), tuple(conflicts))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return list(one) == list(other)
    return bool((one or "") == (other or ""))


def _lists(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    kept = [entry for entry in mine if entry in theirs or entry not in base]
    added = [entry for entry in theirs if entry not in base and entry not in kept]
    return kept + added
