"""`Catalogue`: all that content staff and a publication do with the content.

Every deed checks the rules of `workflow`, is recorded in the audit trail (all but saving a draft
and commenting, which the catalogue itself remembers), and is stored whole or not at all. A
revision that is handed in must be the one that is stored: who decides on an older version gets
`EditConflict`, and has decided nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from knowledge_base.catalogue import workflow
from knowledge_base.catalogue.content import id_faults, storable, tidy
from knowledge_base.catalogue.errors import (
    DuplicateItem,
    EditConflict,
    NotAllowed,
    NoticeNeeded,
    StillCited,
    UnknownItem,
    WrongState,
)
from knowledge_base.catalogue.notices import Notices
from knowledge_base.catalogue.ports import Change
from knowledge_base.catalogue.revision import (
    WORKING,
    Comment,
    Item,
    Kind,
    Person,
    Revision,
)
from knowledge_base.errors import ContentInvalid
from knowledge_base.values import placeholders


class Catalogue(Notices):
    """The catalogue. Synchronous: web pages call it in a thread.

    Beside what is listed with a method, each one raises `NotAllowed`, `WrongState`, `UnknownItem`,
    `EditConflict` and `CatalogueUnavailable`.
    """

    def create(
        self,
        by: Person,
        kind: Kind,
        id: str,  # noqa: A002  -- the field's name everywhere
        content: Mapping[str, Any],
        note: str = "",
    ) -> Revision:
        """Make a new item with its first draft.

        Raises:
            DuplicateItem: the id is taken, if only by an archived item (`restore` that one).
            ContentInvalid: the id is not of the form ids have; other faults are saved as they are.
        """
        workflow.may_edit(by)
        if faults := id_faults(kind, id):
            raise ContentInvalid(faults)
        if self._store.item(kind, id) is not None:
            raise DuplicateItem(id)
        content = tidy(kind, id, content)
        first = workflow.draft(by, (kind, id, 1), content, self._clock())
        return self._store_deed("created", by, Change(None, replace(first, note=storable(note))))

    def edit(self, by: Person, kind: Kind, id: str) -> Revision:  # noqa: A002
        """Return the working revision; where there is none, a new draft of the published one."""
        workflow.may_edit(by)
        item = self.item(kind, id)
        if item.working is not None:
            return item.working
        if item.published is None:
            raise WrongState(item.latest.state)
        try:
            return self._store_deed("opened", by, self._new_draft(by, item, item.published))
        except EditConflict as conflict:
            # Somebody opened it at the same moment: they both write in one draft.
            if conflict.current.state in WORKING:
                return conflict.current
            raise

    def save(
        self, by: Person, revision: Revision, content: Mapping[str, Any], note: str = ""
    ) -> Revision:
        """Store a draft's content, with whatever faults it has; `by` becomes an author.

        Raises:
            EditConflict: it was saved by somebody else since; `current` is what is stored now.
        """
        current = self._current(revision)
        content = tidy(current.kind, current.item, content)
        saved = workflow.save(by, current, content, self._clock(), storable(note))
        self._store.write([Change(current, saved)])
        return saved

    def discard(self, by: Person, revision: Revision) -> Revision:
        """Put a draft away; it stays in the history and can be restored."""
        current = self._current(revision)
        published = self.item(current.kind, current.item).published is not None
        after = workflow.discard(by, current, self._clock(), published=published)
        return self._store_deed("discarded", by, Change(current, after))

    def submit(self, by: Person, revision: Revision) -> Revision:
        """Ask for a review of a draft.

        Raises:
            ContentInvalid: with a `Fault` for everything that must be mended first.
        """
        current = self._current(revision)
        after = workflow.submit(by, current, self._clock())
        self._must_be_valid(current)
        return self._store_deed("submitted", by, Change(current, after))

    def withdraw(self, by: Person, revision: Revision) -> Revision:
        """Take a text back from review, or its approval back, to go on writing."""
        current = self._current(revision)
        after = workflow.withdraw(by, current, self._clock())
        return self._store_deed("withdrawn", by, Change(current, after))

    def approve(self, by: Person, revision: Revision, publish_on: date | None = None) -> Revision:
        """Approve a text in review; it is published from `publish_on`, or with the next one.

        Raises:
            FourEyes: `by` wrote in it.
            ContentInvalid: since it was submitted it has come to disagree with other content.
        """
        current = self._current(revision)
        after = workflow.approve(by, current, self._clock(), publish_on)
        self._must_be_valid(current)
        details = {"publish_on": str(publish_on or ""), "authors": " ".join(current.authors)}
        return self._store_deed("approved", by, Change(current, after), details)

    def send_back(self, by: Person, revision: Revision, why: str) -> Revision:
        """Give a text in review, or an approved one, back to its authors with a reason.

        Raises:
            ReasonNeeded: `why` is empty.
        """
        current = self._current(revision)
        after = workflow.send_back(by, current, self._clock(), storable(why))
        return self._store_deed("sent_back", by, Change(current, after), why=after.note)

    def archive(self, by: Person, kind: Kind, id: str, why: str) -> None:  # noqa: A002
        """Take an item out of use with the next publication; its draft goes with it.

        Raises:
            ReasonNeeded: `why` is empty.
            StillCited: an article that is not archived cites this value.
            NoticeNeeded: a notice is only ever followed by its next version.
        """
        if kind is Kind.NOTICE:
            raise NoticeNeeded
        item = self.item(kind, id)
        now = self._clock()
        held = [one for one in (item.published, item.working) if one is not None]
        if not held:
            raise WrongState(item.latest.state)
        changes = [Change(one, workflow.archive(by, one, now, storable(why))) for one in held]
        if kind is Kind.VALUE and (citing := self._citing(id)):
            raise StillCited(citing)
        self._deed("archived", by.login, changes, why=storable(why).strip())

    def restore(self, by: Person, kind: Kind, id: str, number: int) -> Revision:  # noqa: A002
        """Make a new draft with the content of an earlier revision.

        Who wrote that one is among its authors: putting a text away and having it fetched back
        by somebody else is no way to approve the own text.

        Raises:
            WrongState: the item has a working revision; discard it first.
        """
        workflow.may_edit(by)
        item = self.item(kind, id)
        if item.working is not None:
            raise WrongState(item.working.state)
        source = self.revision(kind, id, number)
        draft = self._new_draft(by, item, source).after
        authors = tuple(dict.fromkeys((*source.authors, by.login)))
        change = Change(None, replace(draft, authors=authors))
        return self._store_deed("restored", by, change, {"from": str(number)})

    def comment(self, by: Person, revision: Revision, text: str, field: str = "") -> Comment:
        """Add a remark on a revision, or on one field of it.

        Raises:
            ReasonNeeded: it says nothing.
        """
        if not (by.may_edit or by.may_review):
            raise NotAllowed
        if self._store.revision(revision.pin) is None:
            raise UnknownItem
        name = (revision.kind, revision.item, revision.number)
        said = workflow.reason(storable(text))
        comment = Comment(*name, by.login, self._clock(), said, storable(field))
        self._store.add_comment(comment)
        return comment

    def _must_be_valid(self, revision: Revision) -> None:
        if problems := self.problems(revision.kind, revision.content, revision.item):
            raise ContentInvalid(problems)

    def _new_draft(self, by: Person, item: Item, source: Revision) -> Change:
        name = (item.kind, item.id, item.latest.number + 1)
        now = self._clock()
        return Change(None, workflow.draft(by, name, source.content, now, source.number))

    def _store_deed(
        self,
        event: str,
        by: Person,
        change: Change,
        details: Mapping[str, str] | None = None,
        why: str = "",
    ) -> Revision:
        self._deed(event, by.login, [change], details, why)
        return change.after

    def _citing(self, value: str) -> list[str]:
        """Return the ids of the articles whose working or published text cites a value."""
        return [
            item.id
            for item in self._store.items(Kind.ARTICLE)
            for revision in (item.published, item.working)
            if revision is not None and value in placeholders(str(revision.content.get("body", "")))
        ]
