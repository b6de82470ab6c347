"""The catalogue as it is read: lists, items, histories, and what is wrong with a content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from knowledge_base.catalogue.content import (
    Around,
    WordingCheck,
    article_faults,
    checks_of,
    storable,
    tidy,
    value_faults,
    wordings_of,
)
from knowledge_base.catalogue.errors import CatalogueError, EditConflict, UnknownItem
from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.notice_content import notice_faults
from knowledge_base.catalogue.ports import Audit, CatalogueStore, Change
from knowledge_base.catalogue.revision import (
    SNAPSHOT_KINDS,
    Comment,
    Item,
    Kind,
    Pin,
    Publication,
    Revision,
    State,
)
from knowledge_base.errors import Problem
from knowledge_base.values import NamedValue

# What may be published without being changed again.
_SETTLED = frozenset({State.REVIEW, State.APPROVED, State.PUBLISHED})


class Reading:
    """What can be asked; base of `Catalogue`, with what its other parts share."""

    def __init__(
        self,
        store: CatalogueStore,
        audit: Audit,
        clock: Callable[[], datetime],
        check: WordingCheck,
    ) -> None:
        """Work on a store; `check` is the compliance room's wording check."""
        self._store = store
        self._audit = audit
        self._clock = clock
        self._check = check

    def items(self, filter: Filter = Filter()) -> list[Item]:  # noqa: A002, B008  -- frozen
        """Return the items a filter lets through, by id."""
        return [item for item in self._store.items(filter.kind) if filter.matches(item)]

    def item(self, kind: Kind, id: str) -> Item:  # noqa: A002  -- the field's name everywhere
        """Return one item; raises `UnknownItem`."""
        found = self._store.item(kind, id) if _possible(id) else None
        if found is None:
            raise UnknownItem(f"there is no {kind} {id}")
        return found

    def revisions(self, kind: Kind, id: str) -> list[Revision]:  # noqa: A002
        """Return an item's revisions, newest first; raises `UnknownItem`."""
        found = self._store.revisions(kind, id) if _possible(id) else []
        if not found:
            raise UnknownItem(f"there is no {kind} {id}")
        return found

    def revision(self, kind: Kind, id: str, number: int) -> Revision:  # noqa: A002
        """Return one revision; raises `UnknownItem`."""
        found = self._store.revision(Pin(kind, id, number)) if _possible(id) else None
        if found is None:
            raise UnknownItem(f"there is no revision {number} of {kind} {id}")
        return found

    def values(self) -> dict[str, NamedValue]:
        """Return the named values that are published, by name."""
        return {
            item.id: NamedValue.model_validate(item.published.content)
            for item in self._store.items(Kind.VALUE)
            if item.published is not None
        }

    def comments(self, kind: Kind, id: str) -> list[Comment]:  # noqa: A002
        """Return the comments on all revisions of an item, oldest first."""
        return self._store.comments(kind, id)

    def publications(self) -> list[Publication]:
        """Return all publications and roll-backs, newest first."""
        return self._store.publications()

    def problems(self, kind: Kind, content: Mapping[str, Any], id: str = "") -> list[Problem]:  # noqa: A002
        """Return all that keeps a content from being published; each one is a `Fault`.

        `id` may be left out when an article's content has its own. An article's wordings must be
        nobody else's, neither of what is published nor of what is in review or approved; the
        values it cites must be published or approved.
        """
        item = id or str(content.get("id", ""))
        content = tidy(kind, item, content)
        if kind is Kind.VALUE:
            return list(value_faults(item, content, self._check))
        if kind is Kind.NOTICE:
            return list(notice_faults(item, content, self._store.items(kind), self._check))
        return list(article_faults(item, content, self._around(item), self._check))

    def _around(self, article: str) -> Around:
        items = [item for item in self._store.items(Kind.ARTICLE) if item.id != article]
        others = list(_settled(items))
        values = {
            revision.item: str(revision.content.get("value", ""))
            for revision in _settled(self._store.items(Kind.VALUE))
            if revision.state is not State.REVIEW
        }
        return Around(values, wordings_of(others), checks_of(others))

    def _pins_in_service(self) -> list[Pin]:
        """Return what the last publication put in service; before the first: what is published."""
        contents = self._store.contents()
        if contents is not None:
            return contents
        return [
            item.published.pin
            for kind in SNAPSHOT_KINDS
            for item in self._store.items(kind)
            if item.published is not None
        ]

    def _current(self, held: Revision) -> Revision:
        """Return the stored revision; raises `EditConflict` when `held` is an older version."""
        current = self.revision(held.kind, held.item, held.number)
        if current.version != held.version:
            raise EditConflict(current)
        return current

    def _deed(
        self,
        event: str,
        by: str,
        changes: list[Change],
        details: Mapping[str, str] | None = None,
        why: str = "",
    ) -> None:
        """Record a deed for each revision it changes, then store it.

        The record comes first: a deed without its record must not be possible. Where storing
        fails after all, which takes a race of two people, the trail says so.
        """
        said = dict(details or {}) | ({"why": why} if why else {})
        for change in changes:
            self._audit.record(f"catalogue.{event}", by, change.after.subject, said)
        try:
            self._store.write(changes)
        except CatalogueError as error:
            for change in changes:
                subject, failure = change.after.subject, {"error": error.code}
                self._audit.record(f"catalogue.{event}_failed", by, subject, failure)
            raise


def _possible(id_: str) -> bool:
    """Ids come from addresses that people type: a database refuses some even in a question."""
    return storable(id_) == id_


def _settled(items: Iterable[Item]) -> Iterable[Revision]:
    """Yield what is published, in review or approved; of values the latter last."""
    for item in items:
        for revision in (item.published, item.working):
            if revision is not None and revision.state in _SETTLED:
                yield revision
