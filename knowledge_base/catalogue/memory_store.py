"""`CatalogueStore` in dictionaries: the double for tests and trials in one process."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from knowledge_base.catalogue.errors import DuplicateItem, EditConflict, PublishedMeanwhile
from knowledge_base.catalogue.ports import Change
from knowledge_base.catalogue.revision import (
    WORKING,
    Comment,
    Item,
    Kind,
    Pin,
    Publication,
    Revision,
    State,
    item_of,
)


class MemoryCatalogue:
    """A catalogue that is gone with the process; its threads may share it."""

    def __init__(self) -> None:
        """Start empty."""
        self._items: dict[tuple[Kind, str], dict[int, Revision]] = {}
        self._comments: list[Comment] = []
        self._publications: list[tuple[Publication, list[Pin]]] = []
        self._turn = threading.Lock()

    def items(self, kind: Kind) -> list[Item]:
        """See `CatalogueStore.items`."""
        held = dict(self._items)
        return [item_of(held[key].values()) for key in sorted(held) if key[0] is kind]

    def item(self, kind: Kind, item: str) -> Item | None:
        """See `CatalogueStore.item`."""
        held = self._items.get((kind, item))
        return item_of(held.values()) if held else None

    def revisions(self, kind: Kind, item: str) -> list[Revision]:
        """See `CatalogueStore.revisions`."""
        held = self._items.get((kind, item), {})
        return [held[number] for number in sorted(held, reverse=True)]

    def revision(self, pin: Pin) -> Revision | None:
        """See `CatalogueStore.revision`."""
        return self._items.get((pin.kind, pin.item), {}).get(pin.number)

    def pinned(self, pins: Iterable[Pin]) -> list[Revision]:
        """See `CatalogueStore.pinned`."""
        found = (self.revision(pin) for pin in sorted(set(pins)))
        return [revision for revision in found if revision is not None]

    def write(
        self,
        changes: Sequence[Change],
        publication: Publication | None = None,
        contents: Iterable[Pin] = (),
    ) -> None:
        """See `CatalogueStore.write`."""
        with self._turn:
            touched: dict[tuple[Kind, str], dict[int, Revision]] = {}
            for change in changes:
                key = (change.after.kind, change.after.item)
                held = touched.setdefault(key, dict(self._items.get(key, {})))
                _apply(held, change)
            for held in touched.values():
                _only_one_each(held)
            if publication is not None:
                if publication.number != len(self._publications) + 1:
                    raise PublishedMeanwhile
                self._publications.append((publication, sorted(contents)))
            self._items.update(touched)

    def add_comment(self, comment: Comment) -> None:
        """See `CatalogueStore.add_comment`."""
        self._comments.append(comment)

    def comments(self, kind: Kind, item: str) -> list[Comment]:
        """See `CatalogueStore.comments`."""
        return [held for held in self._comments if (held.kind, held.item) == (kind, item)]

    def publications(self) -> list[Publication]:
        """See `CatalogueStore.publications`."""
        return [publication for publication, _ in reversed(self._publications)]

    def contents(self, snapshot: str | None = None) -> list[Pin] | None:
        """See `CatalogueStore.contents`."""
        for publication, pins in reversed(self._publications):
            if snapshot in {None, publication.snapshot}:
                return list(pins)
        return None


def _apply(held: dict[int, Revision], change: Change) -> None:
    before, after = change.before, change.after
    current = held.get(after.number)
    if before is None:
        if current is not None:
            raise DuplicateItem(after.item) if after.number == 1 else EditConflict(current)
    elif current is None or current.version != before.version:
        raise EditConflict(current or before)
    held[after.number] = after


def _only_one_each(held: dict[int, Revision]) -> None:
    for states in (WORKING, {State.PUBLISHED}):
        found = [revision for revision in held.values() if revision.state in states]
        if len(found) > 1:
            raise EditConflict(found[0])
