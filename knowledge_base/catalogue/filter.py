"""Which items a list shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from knowledge_base.catalogue.content import compacted
from knowledge_base.catalogue.revision import Item, Kind, State


@dataclass(frozen=True, slots=True)
class Filter:
    """All conditions must hold; an empty one holds always."""

    kind: Kind = Kind.ARTICLE
    text: str = ""
    """Part of the id, of a title, wording or check, or of the body; blanks, width, case and
    traditional characters make no difference."""
    states: frozenset[State] = frozenset()
    """The working or the published revision is in one of these; for an item that has neither,
    the last one."""
    category: str = ""
    topic: str = ""
    audience: str = ""
    owner: str = ""
    review_before: date | None = None
    expires_before: date | None = None

    def matches(self, item: Item) -> bool:
        """Tell whether an item is shown; what is looked at is `item.shown`."""
        content = item.shown.content
        return (
            (not self.states or not self.states.isdisjoint(_states(item)))
            and (not self.category or self.category in _list(content.get("categories")))
            and all(
                not wanted or content.get(field) == wanted
                for field, wanted in (
                    ("topic", self.topic),
                    ("audience", self.audience),
                    ("owner", self.owner),
                )
            )
            and _before(content.get("review"), self.review_before)
            and _before(content.get("expires"), self.expires_before)
            and self._has_text(item)
        )

    def _has_text(self, item: Item) -> bool:
        needle = compacted(self.text)
        return not needle or any(needle in compacted(text) for text in _texts(item))


def _states(item: Item) -> set[State]:
    held = {revision.state for revision in (item.working, item.published) if revision}
    return held or {item.latest.state}


def _texts(item: Item) -> Iterator[str]:
    content = item.shown.content
    yield item.id
    for field in ("title", "body", "value", "meaning"):
        if isinstance(text := content.get(field), str):
            yield text
    for field in ("questions", "checks"):
        yield from _list(content.get(field))


def _list(value: object) -> list[str]:
    """Drafts may hold anything."""
    return [str(part) for part in value] if isinstance(value, (list, tuple)) else []


def _before(value: object, limit: date | None) -> bool:
    if limit is None:
        return True
    try:
        return date.fromisoformat(str(value)) < limit
    except ValueError:
        return False
