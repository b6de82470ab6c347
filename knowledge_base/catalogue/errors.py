"""Everything the catalogue refuses.

KnowledgeError
└── CatalogueError
    ├── NotAllowed            the person's role does not allow it
    ├── FourEyes              an author may not approve the own text
    ├── ReasonNeeded          it needs a reason
    ├── WrongState            the revision is not in a state in which this can be done
    ├── EditConflict          somebody else changed the revision in the meantime
    ├── DuplicateItem         an item with this id exists already
    ├── UnknownItem           there is no such item or revision
    ├── StillCited            articles cite this value
    ├── NoticeNeeded          a notice cannot be taken out of use
    ├── UnknownPublication    no publication of this name is recorded
    ├── PublishedMeanwhile    another publication was recorded in the meantime
    └── CatalogueUnavailable  the database does not answer

`knowledge_base.errors.ContentInvalid` carries a `Fault` for each field that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge_base.errors import KnowledgeError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge_base.catalogue.revision import Revision, State


@dataclass(frozen=True, slots=True, order=True)
class Fault(Problem):
    """A problem of an item's content; `file` is the item's id, `line` is 0.

    `code` is a word a page can translate: pydantic's error types (`missing`, `date_parsing`, …),
    `id_invalid`, `dates_order`, `unknown_value`, `repeated_wording`, `check_is_wording`,
    `wording_refused`. `detail` is what it is about: the value's name, the wording, the reason.
    """

    code: str = ""
    detail: str = ""


class CatalogueError(KnowledgeError):
    """The catalogue refused."""

    code = "catalogue_error"


class NotAllowed(CatalogueError):
    """Your role does not allow this."""

    code = "not_allowed"


class FourEyes(CatalogueError):
    """An author may not approve the own text; somebody else must."""

    code = "four_eyes"


class ReasonNeeded(CatalogueError):
    """A reason is needed."""

    code = "reason_needed"


class WrongState(CatalogueError):
    """The revision is not in a state in which this can be done."""

    code = "wrong_state"

    def __init__(self, state: State | None = None) -> None:
        """Keep the `state` it is in; None when there is no revision to do it to."""
        self.state = state
        super().__init__(f"this cannot be done to a revision in state {state}" if state else None)


class EditConflict(CatalogueError):
    """Somebody else changed the revision in the meantime; nothing was stored."""

    code = "edit_conflict"

    def __init__(self, current: Revision) -> None:
        """Keep the revision as it stands now, to be shown beside the refused text."""
        self.current = current
        super().__init__()


class DuplicateItem(CatalogueError):
    """An item with this id exists already."""

    code = "duplicate_item"

    def __init__(self, item: str) -> None:
        """Keep the id that is taken."""
        self.item = item
        super().__init__(f"{item} exists already")


class UnknownItem(CatalogueError):
    """There is no such item or revision."""

    code = "unknown_item"


class StillCited(CatalogueError):
    """Articles cite this value; change them first."""

    code = "still_cited"

    def __init__(self, articles: Sequence[str]) -> None:
        """Keep the ids of the `articles` that cite it."""
        self.articles = tuple(articles)
        super().__init__(f"cited by {', '.join(self.articles)}")


class NoticeNeeded(CatalogueError):
    """A notice cannot be taken out of use: its category could not be spoken of any more."""

    code = "notice_needed"


class UnknownPublication(CatalogueError):
    """No publication of this name is recorded."""

    code = "unknown_publication"


class PublishedMeanwhile(CatalogueError):
    """Another publication was recorded in the meantime; nothing was stored."""

    code = "published_meanwhile"


class CatalogueUnavailable(CatalogueError):
    """The catalogue's database does not answer."""

    code = "catalogue_unavailable"
