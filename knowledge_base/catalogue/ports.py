"""What the catalogue asks of its store and of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge_base.catalogue.revision import Comment, Item, Kind, Pin, Publication, Revision


class Audit(Protocol):
    """Takes what staff did; whatever it raises stops the deed that was to be recorded."""

    def record(self, event: str, by: str, subject: str, details: Mapping[str, str]) -> None:
        """Append one record: `by` (a login) did `event` to `subject` (`article:card-loss#3`)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One revision to be stored: a new one, or the next version of `before`."""

    before: Revision | None
    after: Revision


class CatalogueStore(Protocol):
    """Keeps revisions, comments and publications.

    Every method raises `CatalogueUnavailable` when what is behind it does not answer; a `write`
    that raised it may or may not have been stored, and repeating it then raises `EditConflict`,
    `DuplicateItem` or `PublishedMeanwhile`.
    """

    def items(self, kind: Kind) -> list[Item]:
        """Return all items of a kind, by id."""

    def item(self, kind: Kind, item: str) -> Item | None:
        """Return one item."""

    def revisions(self, kind: Kind, item: str) -> list[Revision]:
        """Return an item's revisions, newest first; none when there is no such item."""

    def revision(self, pin: Pin) -> Revision | None:
        """Return one revision."""

    def pinned(self, pins: Iterable[Pin]) -> list[Revision]:
        """Return these revisions, by kind, item and number; unknown ones are left out."""

    def write(
        self,
        changes: Sequence[Change],
        publication: Publication | None = None,
        contents: Iterable[Pin] = (),
    ) -> None:
        """Store all changes, and a publication with its contents, or nothing at all.

        An item never has two working or two published revisions, whoever writes at once.

        Raises:
            EditConflict: a `before` is not what is stored, or the item has a working revision.
            DuplicateItem: a first revision of an item that exists.
            PublishedMeanwhile: a publication of this number exists.
        """

    def add_comment(self, comment: Comment) -> None:
        """Store a comment."""

    def comments(self, kind: Kind, item: str) -> list[Comment]:
        """Return an item's comments, oldest first."""

    def publications(self) -> list[Publication]:
        """Return all publications, newest first."""

    def contents(self, snapshot: str | None = None) -> list[Pin] | None:
        """Return what the newest publication (of this name) published; None: there is none."""
