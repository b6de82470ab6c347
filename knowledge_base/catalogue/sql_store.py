"""`CatalogueStore` in SQL: SQLite (WAL) or PostgreSQL, by SQLAlchemy Core.

What must hold whoever writes at once is held by the database: each change names the version it
replaces, and partial unique indexes allow one working and one published revision per item.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from knowledge_base.catalogue.errors import (
    CatalogueUnavailable,
    DuplicateItem,
    EditConflict,
    PublishedMeanwhile,
)
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
from knowledge_base.catalogue.sql_tables import comments, publications, revisions

_SHOWN = (*sorted(WORKING), State.PUBLISHED)
_CHUNK = 200
"""Revisions asked for at once; SQLite takes only so many variables in a query."""


class SqlCatalogue:
    """The catalogue in the tables of `sql_tables`; a migration or `create_all` makes them."""

    def __init__(self, engine: sa.Engine) -> None:
        """Work through a synchronous engine; nothing is connected yet."""
        self._engine = engine

    def items(self, kind: Kind) -> list[Item]:
        """See `CatalogueStore.items`."""
        return self._items(revisions.c.kind == kind)

    def item(self, kind: Kind, item: str) -> Item | None:
        """See `CatalogueStore.item`."""
        found = self._items(sa.and_(revisions.c.kind == kind, revisions.c.item == item))
        return found[0] if found else None

    def revisions(self, kind: Kind, item: str) -> list[Revision]:
        """See `CatalogueStore.revisions`."""
        held = revisions.c
        one = sa.and_(held.kind == kind, held.item == item)
        return self._read(sa.select(revisions).where(one).order_by(held.number.desc()))

    def revision(self, pin: Pin) -> Revision | None:
        """See `CatalogueStore.revision`."""
        found = self.pinned([pin])
        return found[0] if found else None

    def pinned(self, pins: Iterable[Pin]) -> list[Revision]:
        """See `CatalogueStore.pinned`."""
        wanted = sorted(set(pins))
        key = sa.tuple_(revisions.c.kind, revisions.c.item, revisions.c.number)
        found: list[Revision] = []
        for first in range(0, len(wanted), _CHUNK):
            names = [(pin.kind, pin.item, pin.number) for pin in wanted[first : first + _CHUNK]]
            found += self._read(sa.select(revisions).where(key.in_(names)))
        return sorted(found, key=lambda revision: revision.pin)

    def write(
        self,
        changes: Sequence[Change],
        publication: Publication | None = None,
        contents: Iterable[Pin] = (),
    ) -> None:
        """See `CatalogueStore.write`."""
        # An item's place is left before another revision takes it.
        ordered = sorted(changes, key=lambda change: change.after.state in _SHOWN)
        try:
            with _reachable(), self._engine.begin() as connection:
                for change in ordered:
                    _store(connection, change)
                if publication is not None:
                    row = _publication_values(publication, contents)
                    connection.execute(sa.insert(publications).values(row))
        except _Overtaken as error:
            self._explain(changes, publication)
            raise CatalogueUnavailable from error

    def _explain(self, changes: Sequence[Change], publication: Publication | None) -> None:
        """Raise the error that says why a write was refused, if it still shows."""
        if publication is not None and publication.number <= len(self.publications()):
            raise PublishedMeanwhile
        for change in changes:
            after = change.after
            current = self.revision(after.pin)
            if change.before is not None:
                if current is None or current.version != change.before.version:
                    raise EditConflict(current or change.before)
                continue
            if current is not None:
                raise DuplicateItem(after.item) if after.number == 1 else EditConflict(current)
        moved = {change.after.pin for change in changes}
        for change in changes:
            item = self.item(change.after.kind, change.after.item)
            rival = item and (item.working if change.after.state in WORKING else item.published)
            if rival and rival.pin not in moved:
                raise EditConflict(rival)

    def add_comment(self, comment: Comment) -> None:
        """See `CatalogueStore.add_comment`."""
        row = {
            "kind": comment.kind,
            "item": comment.item,
            "number": comment.number,
            "author": comment.author,
            "at": comment.at.isoformat(),
            "text": comment.text,
            "field": comment.field,
        }
        with _reachable(), self._engine.begin() as connection:
            connection.execute(sa.insert(comments).values(row))

    def comments(self, kind: Kind, item: str) -> list[Comment]:
        """See `CatalogueStore.comments`."""
        one = sa.and_(comments.c.kind == kind, comments.c.item == item)
        with _reachable(), self._engine.connect() as connection:
            rows = connection.execute(sa.select(comments).where(one).order_by(comments.c.id))
            return [_comment(row) for row in rows]

    def publications(self) -> list[Publication]:
        """See `CatalogueStore.publications`."""
        shown = [column for column in publications.c if column.name != "contents"]
        query = sa.select(*shown).order_by(publications.c.number.desc())
        with _reachable(), self._engine.connect() as connection:
            return [_publication(row) for row in connection.execute(query)]

    def contents(self, snapshot: str | None = None) -> list[Pin] | None:
        """See `CatalogueStore.contents`."""
        query = sa.select(publications.c.contents).order_by(publications.c.number.desc()).limit(1)
        if snapshot is not None:
            query = query.where(publications.c.snapshot == snapshot)
        with _reachable(), self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            return None
        return [Pin(Kind(kind), item, number) for kind, item, number in json.loads(found)]

    def _items(self, which: sa.ColumnElement[bool]) -> list[Item]:
        """Return items by id: of each one what is working, what is published, and the last."""
        other = revisions.alias()
        of_same = sa.and_(other.c.kind == revisions.c.kind, other.c.item == revisions.c.item)
        last = sa.select(sa.func.max(other.c.number)).where(of_same).scalar_subquery()
        matters = sa.or_(revisions.c.state.in_(_SHOWN), revisions.c.number == last)
        held: dict[str, list[Revision]] = {}
        for revision in self._read(sa.select(revisions).where(which, matters)):
            held.setdefault(revision.item, []).append(revision)
        # Sorted here: the database's collation is not ours.
        return [item_of(held[key]) for key in sorted(held)]

    def _read(self, query: sa.Select[Any]) -> list[Revision]:
        with _reachable(), self._engine.connect() as connection:
            return [_revision(row) for row in connection.execute(query)]


class _Overtaken(Exception):
    """The database refused a change because of another one."""


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise _Overtaken from error
    except (SQLAlchemyError, OSError) as error:
        raise CatalogueUnavailable from error


def _store(connection: sa.Connection, change: Change) -> None:
    before, after = change.before, change.after
    if before is None:
        connection.execute(sa.insert(revisions).values(_values(after)))
        return
    held = revisions.c
    stored = sa.and_(
        held.kind == after.kind,
        held.item == after.item,
        held.number == after.number,
        held.version == before.version,
    )
    if connection.execute(sa.update(revisions).where(stored).values(_values(after))).rowcount != 1:
        raise _Overtaken


def _values(revision: Revision) -> dict[str, object]:
    return {
        "kind": revision.kind,
        "item": revision.item,
        "number": revision.number,
        "state": revision.state,
        "content": json.dumps(dict(revision.content), ensure_ascii=False),
        "authors": json.dumps(revision.authors),
        "created": revision.created.isoformat(),
        "changed": revision.changed.isoformat(),
        "version": revision.version,
        "based_on": revision.based_on,
        "reviewer": revision.reviewer,
        "decided": revision.decided.isoformat() if revision.decided else None,
        "publish_on": revision.publish_on.isoformat() if revision.publish_on else None,
        "note": revision.note,
    }


def _revision(row: sa.Row[Any]) -> Revision:
    return Revision(
        kind=Kind(row.kind),
        item=row.item,
        number=row.number,
        state=State(row.state),
        content=json.loads(row.content),
        authors=tuple(json.loads(row.authors)),
        created=datetime.fromisoformat(row.created),
        changed=datetime.fromisoformat(row.changed),
        version=row.version,
        based_on=row.based_on,
        reviewer=row.reviewer,
        decided=datetime.fromisoformat(row.decided) if row.decided else None,
        publish_on=date.fromisoformat(row.publish_on) if row.publish_on else None,
        note=row.note,
    )


def _comment(row: sa.Row[Any]) -> Comment:
    at = datetime.fromisoformat(row.at)
    return Comment(Kind(row.kind), row.item, row.number, row.author, at, row.text, row.field)


def _publication_values(publication: Publication, contents: Iterable[Pin]) -> dict[str, object]:
    pins = [(pin.kind, pin.item, pin.number) for pin in sorted(contents)]
    return {
        "number": publication.number,
        "snapshot": publication.snapshot,
        "by": publication.by,
        "at": publication.at.isoformat(),
        "articles": publication.articles,
        "changed": json.dumps(publication.changed),
        "override": publication.override,
        "worse": json.dumps(publication.worse, ensure_ascii=False),
        "rolled_back": publication.rolled_back,
        "contents": json.dumps(pins),
    }


def _publication(row: sa.Row[Any]) -> Publication:
    return Publication(
        snapshot=row.snapshot,
        by=row.by,
        at=datetime.fromisoformat(row.at),
        articles=row.articles,
        changed=tuple(json.loads(row.changed)),
        override=row.override,
        worse=tuple(json.loads(row.worse)),
        rolled_back=row.rolled_back,
        number=row.number,
    )
