"""Which texts of an article customers were given: what a conversation's source names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from knowledge_base.catalogue.content import article_of
from knowledge_base.catalogue.reading import Reading
from knowledge_base.catalogue.revision import Kind, Pin
from knowledge_base.values import placeholders


@dataclass(frozen=True, slots=True)
class Answer:
    """One text of an article, with the values it had."""

    revision: str
    """`Article.revision`: the 10 hex digits a conversation's source carries."""
    number: int
    """Number of the catalogue's revision."""
    since: datetime
    """When it first went into service."""


class Answers(Reading):
    """The history of answers; base of `Catalogue`."""

    def answers(self, id: str) -> list[Answer]:  # noqa: A002  -- the field's name everywhere
        """Return every text of an article that was ever in service, the last one first.

        An article that cites a value has a new text with each new value. What publications did
        not record, such as content loaded before the first one, is not known here.
        """
        published = self._store.publications()
        if not published:
            item = self._store.item(Kind.ARTICLE, id)
            if item is None or item.published is None:
                return []
            found = self._answer(id, self._pins_in_service(), item.published.changed)
            return [found] if found else []
        contents = {one.snapshot: self._store.contents(one.snapshot) for one in published}
        answers: dict[str, Answer] = {}
        for publication in published:
            found = self._answer(id, contents[publication.snapshot] or (), publication.at)
            if found is not None:
                held = answers.setdefault(found.revision, found)
                answers[found.revision] = replace(held, since=found.since)
        return list(answers.values())

    def _answer(self, article: str, contents: Sequence[Pin], at: datetime) -> Answer | None:
        pin = next((p for p in contents if (p.kind, p.item) == (Kind.ARTICLE, article)), None)
        text = self._store.revision(pin) if pin is not None else None
        if text is None:
            return None
        cited = set(placeholders(str(text.content.get("body", ""))))
        pins = [pin for pin in contents if pin.kind is Kind.VALUE and pin.item in cited]
        values = {one.item: str(one.content.get("value")) for one in self._store.pinned(pins)}
        return Answer(article_of(text, values).revision, text.number, at)
