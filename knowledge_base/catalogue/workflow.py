"""The rules of the workflow: who may move a revision where. Pure: a revision in, a new one out.

Every function raises `NotAllowed` when the role does not allow it and `WrongState` when the
revision is elsewhere; every revision it returns has the next `version`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from knowledge_base.catalogue.errors import FourEyes, NotAllowed, ReasonNeeded, WrongState
from knowledge_base.catalogue.revision import WORKING, Kind, Person, Revision, State

_GONE = frozenset({State.SUPERSEDED, State.ARCHIVED})


def draft(
    by: Person,
    name: tuple[Kind, str, int],
    content: Mapping[str, Any],
    now: datetime,
    based_on: int | None = None,
) -> Revision:
    """Return a new draft called `name` (kind, item, number) whose first author is `by`."""
    may_edit(by)
    kind, item, number = name
    return Revision(
        kind=kind,
        item=item,
        number=number,
        state=State.DRAFT,
        content=content,
        authors=(by.login,),
        created=now,
        changed=now,
        version=1,
        based_on=based_on,
    )


def save(
    by: Person, revision: Revision, content: Mapping[str, Any], now: datetime, note: str = ""
) -> Revision:
    """Return the draft with this content and `by` among its authors; an empty note keeps the old.

    Text in review or approved is not written in: it is withdrawn or sent back first.
    """
    may_edit(by)
    _needs(revision, State.DRAFT)
    authors = tuple(dict.fromkeys((*revision.authors, by.login)))
    return _next(revision, now, content=content, authors=authors, note=note or revision.note)


def submit(by: Person, revision: Revision, now: datetime) -> Revision:
    """Ask for a review of a draft."""
    may_edit(by)
    _needs(revision, State.DRAFT)
    cleared = {"reviewer": None, "decided": None, "publish_on": None}
    return _next(revision, now, state=State.REVIEW, **cleared)


def withdraw(by: Person, revision: Revision, now: datetime) -> Revision:
    """Take a text back from review, or its approval back: it is a draft again."""
    may_edit(by)
    _needs(revision, State.REVIEW, State.APPROVED)
    cleared = {"reviewer": None, "decided": None, "publish_on": None}
    return _next(revision, now, state=State.DRAFT, **cleared)


def approve(
    by: Person, revision: Revision, now: datetime, publish_on: date | None = None
) -> Revision:
    """Approve a text in review.

    Raises:
        FourEyes: `by` is among its authors.
    """
    may_review(by)
    _needs(revision, State.REVIEW)
    if by.login in revision.authors:
        raise FourEyes
    decision = {"reviewer": by.login, "decided": now, "publish_on": publish_on}
    return _next(revision, now, state=State.APPROVED, **decision)


def send_back(by: Person, revision: Revision, now: datetime, why: str) -> Revision:
    """Give a text in review, or an approved one, back to its authors.

    Raises:
        ReasonNeeded: `why` is empty.
    """
    may_review(by)
    _needs(revision, State.REVIEW, State.APPROVED)
    decision = {"reviewer": by.login, "decided": now, "publish_on": None}
    return _next(revision, now, state=State.DRAFT, note=reason(why), **decision)


def discard(by: Person, revision: Revision, now: datetime, *, published: bool) -> Revision:
    """Put a draft away; it stays in the history. `published`: the item has a published one."""
    may_edit(by)
    _needs(revision, State.DRAFT)
    return _next(revision, now, state=State.SUPERSEDED if published else State.ARCHIVED)


def archive(by: Person, revision: Revision, now: datetime, why: str) -> Revision:
    """Take a published or working revision out of use.

    Raises:
        ReasonNeeded: `why` is empty.
    """
    may_review(by)
    _needs(revision, State.PUBLISHED, *WORKING)
    decision = {"reviewer": by.login, "decided": now}
    return _next(revision, now, state=State.ARCHIVED, note=reason(why), **decision)


def publish(revision: Revision, now: datetime) -> Revision:
    """Mark an approved revision as in service."""
    _needs(revision, State.APPROVED)
    return _next(revision, now, state=State.PUBLISHED)


def supersede(revision: Revision, now: datetime) -> Revision:
    """Mark a revision as followed by another one."""
    _needs(revision, State.PUBLISHED, State.DRAFT)
    return _next(revision, now, state=State.SUPERSEDED)


def republish(revision: Revision, now: datetime) -> Revision:
    """Mark a revision that was in service before as in service again: a roll-back."""
    _needs(revision, *_GONE)
    return _next(revision, now, state=State.PUBLISHED)


def may_edit(by: Person) -> None:
    """Raise `NotAllowed` unless the person may write."""
    if not by.may_edit:
        raise NotAllowed


def may_review(by: Person) -> None:
    """Raise `NotAllowed` unless the person may decide."""
    if not by.may_review:
        raise NotAllowed


def reason(why: str) -> str:
    """Return `why` without blanks around it; raise `ReasonNeeded` when nothing is left."""
    if not why.strip():
        raise ReasonNeeded
    return why.strip()


def _needs(revision: Revision, *states: State) -> None:
    if revision.state not in states:
        raise WrongState(revision.state)


def _next(revision: Revision, now: datetime, **changes: Any) -> Revision:
    return replace(revision, changed=now, version=revision.version + 1, **changes)
