"""Items of content and their revisions: what the workflow moves from draft to published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an item is; each kind has a model that validates its content."""

    ARTICLE = "article"
    VALUE = "value"
    NOTICE = "notice"


SNAPSHOT_KINDS = (Kind.ARTICLE, Kind.VALUE)
"""What a publication of the knowledge base is made of; notices go into service by their day."""


class State(StrEnum):
    """Where a revision stands.

    draft → review → approved → published → superseded | archived. Review and approved go back to
    draft when it is sent back or withdrawn. An approved revision waits for its day and the next
    publication. A discarded draft is superseded, or archived where nothing of the item is
    published. A roll-back publishes superseded and archived revisions again.
    """

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    ARCHIVED = "archived"


WORKING = frozenset({State.DRAFT, State.REVIEW, State.APPROVED})
"""An item has at most one revision in these states, and at most one that is published."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: a login, the name shown, and what the role allows."""

    login: str
    name: str
    may_edit: bool = False
    may_review: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of one item."""

    kind: Kind
    item: str
    """The item's id: an article's id, a named value's name."""
    number: int
    """1 for the first revision of the item."""
    state: State
    content: Mapping[str, Any]
    """JSON-ready fields of the kind's model; for articles without `status` and `values`."""
    authors: tuple[str, ...]
    """Logins of everyone who wrote in it, first author first: none of them may approve it."""
    created: datetime
    changed: datetime
    version: int
    """Grows with every save; a save names the version it started from."""
    based_on: int | None = None
    """Number of the revision it was made from."""
    reviewer: str | None = None
    decided: datetime | None = None
    publish_on: date | None = None
    """First day an approved revision may be published; None: with the next publication."""
    note: str = ""
    """Why it was made or sent back."""

    @property
    def pin(self) -> Pin:
        """Its name."""
        return Pin(self.kind, self.item, self.number)

    @property
    def subject(self) -> str:
        """Its name in the audit trail: `article:card-loss#3`."""
        return f"{self.kind}:{self.item}#{self.number}"


@dataclass(frozen=True, slots=True)
class Item:
    """An item with the two revisions that matter; `shown` is what a list shows of it."""

    kind: Kind
    id: str
    published: Revision | None
    working: Revision | None
    latest: Revision

    @property
    def shown(self) -> Revision:
        """The working revision, else the published one, else the last one there was."""
        return self.working or self.published or self.latest


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on a revision; `field` names the part it is about, empty for the whole."""

    kind: Kind
    item: str
    number: int
    author: str
    at: datetime
    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication or roll-back of the whole knowledge base."""

    snapshot: str
    by: str
    at: datetime
    articles: int
    changed: tuple[str, ...]
    """Ids of the articles that were added, altered or taken out."""
    override: str = ""
    """The reviewer's reason for publishing although the regression set got worse."""
    worse: tuple[str, ...] = ()
    """What got worse, in words."""
    rolled_back: bool = False
    """It went back to an earlier snapshot."""
    number: int = 0
    """1 for the first publication; given by the catalogue."""


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """One revision by its name: a publication's contents are a list of these."""

    kind: Kind
    item: str
    number: int


def item_of(revisions: Iterable[Revision]) -> Item:
    """Return the item that these revisions, at least its last one, make up."""
    held = sorted(revisions, key=lambda revision: revision.number)
    last = held[-1]
    published = next((one for one in held if one.state is State.PUBLISHED), None)
    working = next((one for one in held if one.state in WORKING), None)
    return Item(last.kind, last.item, published, working, last)
