"""What the person may do with the revision that is shown; anything else has no button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TYPE_CHECKING

from nicegui import ui

from knowledge_base.catalogue.errors import EditConflict, WrongState
from knowledge_base.catalogue.revision import Item, Kind, Revision, State
from knowledge_base.studio import links
from knowledge_base.studio.dialogs import ask, ask_day, confirm
from knowledge_base.studio.theme import box, button, link, text

if TYPE_CHECKING:
    from knowledge_base.studio.item_page import ItemPage


class ItemActions:
    """Buttons by state and role. The catalogue refuses too: this is only what is offered."""

    def __init__(self, page: ItemPage) -> None:
        """Build it, empty, inside the current element."""
        self._page = page
        self._visit = page.visit
        self._labels = page.visit.labels
        self._catalogue = page.visit.studio.catalogue
        self._box = box("actions", data_testid="actions")

    def show(self, item: Item, revision: Revision) -> None:
        """Offer what may be done now."""
        person = self._visit.person
        self._box.clear()
        with self._box:
            self._explain(revision)
            with box("buttons"):
                if person.may_edit:
                    self._for_editor(item, revision)
                if person.may_review:
                    self._for_reviewer(item, revision)
                title = str(revision.content.get("title") or "")
                if title and item.kind is Kind.ARTICLE:
                    link(self._labels("try_it"), links.try_it(title), "btn small ghost")

    def _explain(self, revision: Revision) -> None:
        labels = self._labels
        said = labels.of("explained", revision.state)
        if revision.state is State.APPROVED and revision.publish_on:
            said = labels("approved_for", day=revision.publish_on.isoformat())
        text(said, "explained", data_testid="explained")
        if revision.note:
            text(labels("note", note=revision.note), "note", data_testid="note")
        own = self._visit.person.login in revision.authors
        if revision.state is State.REVIEW and own and self._visit.person.may_review:
            text(labels("four_eyes"), "note", data_testid="four-eyes")

    def _for_editor(self, item: Item, revision: Revision) -> None:
        match revision.state:
            case State.DRAFT:
                self._button("save", self._save, "primary", data_key="save")
                self._button("submit", self._submit)
                self._button("discard_draft", self._discard, "ghost")
            case State.REVIEW | State.APPROVED:
                self._button("withdraw", self._withdraw)
            case State.PUBLISHED:
                self._button("edit", self._page.edit, "primary")
            case _ if item.working is None and item.published is None:
                self._button("restore_last", self._restore)

    def _for_reviewer(self, item: Item, revision: Revision) -> None:
        own = self._visit.person.login in revision.authors
        if revision.state is State.REVIEW and not own:
            self._button("approve", self._approve, "primary")
        if revision.state in {State.REVIEW, State.APPROVED}:
            self._button("send_back", self._send_back)
        if item.published is not None and item.kind is not Kind.NOTICE:
            self._button("archive", self._archive, "danger")

    def _button(
        self, key: str, deed: Callable[[], Awaitable[object]], classes: str = "", **more: str
    ) -> None:
        async def act() -> None:
            try:
                await deed()
            except (EditConflict, WrongState):
                await self._page.reload()  # somebody else was quicker: show what holds now
                raise

        safely = self._visit.guarded(act)
        button(self._labels(key), safely, classes, data_testid=f"do-{key}", **more)

    async def _save(self) -> None:
        await self._page.save()

    async def _submit(self) -> None:
        if self._page.dirty and not await self._page.save():
            return
        revision = self._page.revision
        await self._visit.run(lambda by: self._catalogue.submit(by, revision))
        await self._done("submitted")

    async def _discard(self) -> None:
        labels = self._labels
        if not await confirm(labels, labels("discard_draft"), labels("discard_explained")):
            return
        revision = self._page.revision
        await self._visit.run(lambda by: self._catalogue.discard(by, revision))
        self._page.forget_unsaved()
        await self._done("discarded")

    async def _withdraw(self) -> None:
        revision = self._page.revision
        await self._visit.run(lambda by: self._catalogue.withdraw(by, revision))
        await self._done("withdrawn")

    async def _approve(self) -> None:
        labels, revision = self._labels, self._page.revision
        day = await ask_day(labels, labels("approve"), labels("approve_hint"))
        if day is None:
            return
        on = date.fromisoformat(day) if day else None
        await self._visit.run(lambda by: self._catalogue.approve(by, revision, on))
        await self._done("approved")

    async def _send_back(self) -> None:
        labels, revision = self._labels, self._page.revision
        why = await ask(labels, labels("send_back"), hint=labels("send_back_hint"))
        if why is None:
            return
        await self._visit.run(lambda by: self._catalogue.send_back(by, revision, why))
        await self._done("sent_back")

    async def _archive(self) -> None:
        labels, item = self._labels, self._page.item
        why = await ask(labels, labels("archive"), hint=labels("archive_hint"))
        if why is None:
            return
        await self._visit.run(lambda by: self._catalogue.archive(by, item.kind, item.id, why))
        await self._done("archived")

    async def _restore(self) -> None:
        revision = self._page.revision
        name = (revision.kind, revision.item, revision.number)
        await self._visit.run(lambda by: self._catalogue.restore(by, *name))
        await self._done("restored")

    async def _done(self, key: str) -> None:
        await self._page.reload()
        self._visit.say(key)
        ui.run_javascript("document.querySelector('[data-testid=actions] button')?.focus()")
