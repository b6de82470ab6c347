"""What is in service, what would be, and the record of publications.

A publication stores the name and number of every revision in its snapshot. So the catalogue can
say what customers are told, what has changed since, and what a roll-back brings back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from knowledge_base.article import Article
from knowledge_base.catalogue import workflow
from knowledge_base.catalogue.answers import Answers
from knowledge_base.catalogue.content import (
    article_content,
    article_of,
    repeated_wordings,
    value_content,
)
from knowledge_base.catalogue.errors import (
    EditConflict,
    UnknownItem,
    UnknownPublication,
    WrongState,
)
from knowledge_base.catalogue.ports import Change
from knowledge_base.catalogue.revision import (
    SNAPSHOT_KINDS,
    Item,
    Kind,
    Person,
    Pin,
    Publication,
    Revision,
    State,
)
from knowledge_base.errors import ContentInvalid
from knowledge_base.values import NamedValue


class Ledger(Answers):
    """Publishing and its record; base of `Catalogue`."""

    def due(self, day: date) -> list[Revision]:
        """Return the approved revisions that may be published on this day, articles first."""
        items = [*self._store.items(Kind.ARTICLE), *self._store.items(Kind.VALUE)]
        return [item.working for item in items if item.working and _is_due(item.working, day)]

    def in_force(self, day: date, include: Collection[str] | None = None) -> list[Revision]:
        """Return the revisions a publication on this day would publish, articles first.

        That is of each item the due approved one, else the published one. `include` names the
        items whose approved revision is taken; None: all of them.
        """
        found: list[Revision] = []
        for kind in SNAPSHOT_KINDS:
            for item in self._store.items(kind):
                working = item.working
                taken = include is None or item.id in include
                if working is not None and taken and _is_due(working, day):
                    found.append(working)
                elif item.published is not None:
                    found.append(item.published)
        return found

    def effective(self, day: date, include: Collection[str] | None = None) -> list[Article]:
        """Return the articles of `in_force`, their values filled in, by id.

        Raises:
            ContentInvalid: they do not fit together: a value is missing, a wording repeated.
        """
        articles = _articles(self.in_force(day, include))
        if faults := repeated_wordings(articles):
            raise ContentInvalid(faults)
        return articles

    def pending(self, day: date) -> list[str]:
        """Return the ids of the articles a publication on this day would add, alter or take out."""
        before = {article.id: article.revision for article in _articles(self._in_service())}
        after = {article.id: article.revision for article in self.effective(day)}
        ids = before.keys() | after.keys()
        return sorted(id_ for id_ in ids if before.get(id_) != after.get(id_))

    def published(self, publication: Publication, revisions: Sequence[Revision]) -> Publication:
        """Record a publication; returns it with its number.

        `revisions` are those of the new snapshot: all of `in_force`, or at least those that were
        approved. These are marked published, the ones they follow superseded. What was in service
        and is not among `revisions` stays so, unless it is archived and `publication.changed`
        says that it was taken out.

        Raises:
            EditConflict: one of them was changed since it was read; nothing is stored.
            PublishedMeanwhile: another publication was recorded meanwhile.
        """
        now = self._clock()
        stored = {one.pin: one for one in self._store.pinned(one.pin for one in revisions)}
        changes: list[Change] = []
        for revision in revisions:
            current = stored.get(revision.pin)
            if current is None:
                raise UnknownItem
            if _overtaken(revision, current):
                raise EditConflict(current)
            if current.state is State.APPROVED:
                changes += self._takes_over(current, workflow.publish(current, now))
        pins = {(one.kind, one.item): one.pin for one in self._in_service()}
        given = {(one.kind, one.item): one.pin for one in revisions}
        kept = {key: pin for key, pin in pins.items() if not self._taken_out(pin, publication)}
        contents = kept | given
        return self._publish("published", publication, changes, contents.values())

    def rolled_back(self, snapshot: str, by: Person | str) -> Publication:
        """Record that an earlier snapshot is in service again; returns this as a publication.

        Its revisions are published again, also archived ones: the catalogue says what customers
        are told. What was published since becomes superseded, not approved: the next publication
        must not bring it back unseen; `restore` makes a draft of it. Working revisions stay. A
        process that acts by itself gives its name instead of a person.

        Raises:
            UnknownPublication: no publication of this name is recorded.
        """
        if isinstance(by, Person):
            workflow.may_review(by)
        contents = self._store.contents(snapshot)
        if contents is None:
            raise UnknownPublication(f"no publication {snapshot} is recorded")
        now = self._clock()
        before = _revisions_of_articles(self._in_service())
        wanted = {(pin.kind, pin.item): pin for pin in contents}
        changes: list[Change] = []
        for kind in SNAPSHOT_KINDS:
            for item in self._store.items(kind):
                pin, held = wanted.get((kind, item.id)), item.published
                if held is not None and held.pin != pin:
                    changes.append(Change(held, workflow.supersede(held, now)))
                if pin is not None and (held is None or held.pin != pin):
                    changes.append(self._again(item, pin))
        after = _revisions_of_articles(self._store.pinned(contents))
        changed = sorted(id_ for id_ in before | after if before.get(id_) != after.get(id_))
        login = by if isinstance(by, str) else by.login
        publication = Publication(snapshot, login, now, len(after), tuple(changed))
        return self._publish(
            "rolled_back", replace(publication, rolled_back=True), changes, contents
        )

    def load(
        self,
        articles: Iterable[Article],
        values: Mapping[str, NamedValue],
        by: Person,
        state: State,
        *,
        overwrite: bool = True,
    ) -> list[Revision]:
        """Bring in content in bulk, as drafts or as published; returns the revisions it made.

        Only what differs from the item's last revision (for `PUBLISHED`: from the published one
        too) makes a new one. A draft in its way is superseded, so it stays in the history;
        archived items stay archived. With `overwrite` off, items whose last revision somebody else
        wrote are left alone: so starter content never undoes the bank's own work.

        Raises:
            NotAllowed: `PUBLISHED` needs a person who may review.
            WrongState: an item to become a draft is in review or approved; nothing is stored.
        """
        workflow.may_edit(by)
        if state is State.PUBLISHED:
            workflow.may_review(by)
        elif state is not State.DRAFT:
            raise WrongState(state)
        contents = {(Kind.ARTICLE, one.id): article_content(one) for one in articles}
        contents |= {(Kind.VALUE, name): value_content(one) for name, one in values.items()}
        held = {(kind, item.id): item for kind in Kind for item in self._store.items(kind)}
        changes: list[Change] = []
        for key, content in contents.items():
            item = held.get(key)
            if item is not None and not overwrite and item.latest.authors != (by.login,):
                continue
            changes += self._loaded(by, key, content, item, state)
        made = [change.after for change in changes if change.before is None]
        if made:
            details = {"items": str(len(made)), "state": str(state)}
            self._audit.record("catalogue.loaded", by.login, "catalogue", details)
            self._store.write(changes)
        return made

    def _loaded(
        self,
        by: Person,
        key: tuple[Kind, str],
        content: Mapping[str, object],
        item: Item | None,
        state: State,
    ) -> list[Change]:
        """Return what brings one content in; nothing when there is nothing to do."""
        now = self._clock()
        if item is None:
            first = workflow.draft(by, (*key, 1), content, now)
            return [Change(None, replace(first, state=state))]
        known = (item.shown, item.published) if state is State.DRAFT else (item.published,)
        same = any(one is not None and one.content == content for one in known)
        if same or item.latest.state is State.ARCHIVED:
            return []
        before = item.published if state is State.PUBLISHED else item.working
        follow = [] if before is None else [Change(before, workflow.supersede(before, now))]
        number = item.latest.number + 1
        new = workflow.draft(by, (*key, number), content, now, item.shown.number)
        return [*follow, Change(None, replace(new, state=state))]

    def _in_service(self) -> list[Revision]:
        return self._store.pinned(self._pins_in_service())

    def _taken_out(self, pin: Pin, publication: Publication) -> bool:
        if pin.kind is Kind.ARTICLE and pin.item not in publication.changed:
            return False
        item = self._store.item(pin.kind, pin.item)
        return item is None or item.published is None

    def _takes_over(self, before: Revision, after: Revision) -> list[Change]:
        held = self.item(before.kind, before.item).published
        follow = [] if held is None else [Change(held, workflow.supersede(held, self._clock()))]
        return [*follow, Change(before, after)]

    def _again(self, item: Item, pin: Pin) -> Change:
        """Return what puts an earlier revision in service again."""
        before = self.revision(pin.kind, item.id, pin.number)
        return Change(before, workflow.republish(before, self._clock()))

    def _publish(
        self,
        event: str,
        publication: Publication,
        changes: list[Change],
        contents: Iterable[Pin],
    ) -> Publication:
        last = self._store.publications()
        numbered = replace(publication, number=last[0].number + 1 if last else 1)
        details = {
            "articles": str(publication.articles),
            "changed": " ".join(publication.changed),
            "override": publication.override,
        }
        self._audit.record(f"catalogue.{event}", publication.by, publication.snapshot, details)
        self._store.write(changes, numbered, contents)
        return numbered


def _overtaken(revision: Revision, current: Revision) -> bool:
    """Tell whether a revision of a snapshot has meanwhile become something else.

    What was archived while the snapshot was built is in it all the same.
    """
    if revision.state is State.APPROVED:
        return current.version != revision.version
    return current.state not in {State.PUBLISHED, State.ARCHIVED}


def _is_due(revision: Revision, day: date) -> bool:
    on = revision.publish_on
    return revision.state is State.APPROVED and (on is None or on <= day)


def _articles(revisions: Iterable[Revision]) -> list[Article]:
    held = list(revisions)
    values = {one.item: str(one.content.get("value", "")) for one in held if one.kind is Kind.VALUE}
    articles = [article_of(one, values) for one in held if one.kind is Kind.ARTICLE]
    return sorted(articles, key=lambda article: article.id)


def _revisions_of_articles(revisions: Iterable[Revision]) -> dict[str, str]:
    return {article.id: article.revision for article in _articles(revisions)}
