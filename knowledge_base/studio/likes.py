"""What a text being written is like: asked only when its wordings changed, for it costs time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Item
from knowledge_base.catalogue.similar import Warning_, warnings
from knowledge_base.studio.parts import Studio

_ASKED = 6
"""Wordings that are searched for, the title first."""
_SHOWN = 8
_DEPTH = 4
"""Articles taken from each search: only those are compared by meaning."""


class Likes:
    """Of one article; remembers what it found last. Blocking."""

    def __init__(self, studio: Studio, item_id: str) -> None:
        """Ask nothing yet."""
        self._studio = studio
        self._id = item_id
        self._asked: tuple[str, ...] | None = None
        self._found: Sequence[Warning_] = ()

    def find(self, content: Mapping[str, Any]) -> Sequence[Warning_]:
        """Return the warnings, the first ones by letters among all articles.

        Comparing meanings encodes the other texts, thousands of them: so those of the articles
        that search finds for the wordings are compared, and no others.
        """
        asked = _wordings(content)
        if asked == self._asked:
            return self._found
        items = self._studio.catalogue.items(Filter())
        found = warnings(self._id, content, items)
        if self._studio.similarity is not None:
            near = self._near(asked, items)
            found += warnings(self._id, content, near, self._studio.similarity)
        unique = {(one.code, one.article, one.wording): one for one in reversed(found)}
        self._asked, self._found = asked, list(reversed(unique.values()))[:_SHOWN]
        return self._found

    def _near(self, asked: Sequence[str], items: Sequence[Item]) -> list[Item]:
        searcher = self._studio.search()
        if searcher is None:
            return []
        hits = {
            hit.article_id
            for text in asked[:_ASKED]
            for hit in searcher.search(text, audience="internal", depth=_DEPTH).hits
        }
        return [item for item in items if item.id in hits]


def _wordings(content: Mapping[str, Any]) -> tuple[str, ...]:
    questions = content.get("questions")
    more = questions if isinstance(questions, list | tuple) else ()
    return tuple(str(text) for text in (content.get("title") or "", *more) if text)
