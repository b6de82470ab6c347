"""Notices in the catalogue: approved by another person, in service from their day on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from compliance.notices import Notice
from knowledge_base.catalogue import workflow
from knowledge_base.catalogue.ledger import Ledger
from knowledge_base.catalogue.notice_content import in_service, notice_content, notice_of
from knowledge_base.catalogue.ports import Change
from knowledge_base.catalogue.revision import Item, Kind, Person, Revision, State


class Notices(Ledger):
    """The life of notices; base of `Catalogue`."""

    def notices(self) -> list[Notice]:
        """Return what is to be shown, each from its day on: published and approved versions."""
        return [
            notice_of(revision)
            for item in self._store.items(Kind.NOTICE)
            for revision in (item.published, item.working)
            if revision is not None and in_service(revision)
        ]

    def settle_notices(self, day: date) -> list[Revision]:
        """Mark approved versions whose day has come as published; their place is taken over."""
        now, settled = self._clock(), []
        for item in self._store.items(Kind.NOTICE):
            working = item.working
            if working is None or not in_service(working) or notice_of(working).effective > day:
                continue
            after = workflow.publish(working, now)
            details = {"version": str(after.content["version"])}
            by = working.reviewer or ""
            self._audit.record("catalogue.published", by, after.subject, details)
            self._store.write(self._takes_over(working, after))
            settled.append(after)
        return settled

    def load_notices(self, notices: Iterable[Notice], by: Person, day: date) -> list[Revision]:
        """Bring shipped notices in as published; what the bank has written itself is left alone.

        Of a new notice every version becomes a revision, so that its old texts stay provable.
        """
        workflow.may_review(by)
        held = {item.id: item for item in self._store.items(Kind.NOTICE)}
        versions: dict[str, list[Notice]] = {}
        for notice in sorted(notices, key=lambda one: one.effective):
            if notice.effective <= day:
                versions.setdefault(notice.id, []).append(notice)
        changes: list[Change] = []
        for name, found in versions.items():
            changes += self._shipped(by, held.get(name), name, found)
        made = [change.after for change in changes if change.before is None]
        if made:
            details = {"items": str(len(made)), "state": str(State.PUBLISHED)}
            self._audit.record("catalogue.loaded", by.login, "notices", details)
            self._store.write(changes)
        return made

    def _shipped(
        self, by: Person, item: Item | None, name: str, found: list[Notice]
    ) -> list[Change]:
        if item is not None:
            if item.latest.authors != (by.login,):
                return []
            content = notice_content(found[-1])
            return self._loaded(by, (Kind.NOTICE, name), content, item, State.PUBLISHED)
        now = self._clock()
        changes = []
        for number, notice in enumerate(found, 1):
            draft = workflow.draft(by, (Kind.NOTICE, name, number), notice_content(notice), now)
            state = State.PUBLISHED if notice is found[-1] else State.SUPERSEDED
            changes.append(Change(None, replace(draft, state=state)))
        return changes
