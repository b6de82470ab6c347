"""An item's page: the form, what may be done with it, what is wrong with it, what others say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nicegui import Client, ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue.errors import EditConflict, UnknownItem
from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Item, Kind, Revision, State
from knowledge_base.studio import links
from knowledge_base.studio.checks_view import ChecksView
from knowledge_base.studio.comments_view import CommentsView
from knowledge_base.studio.conflict_view import ConflictView
from knowledge_base.studio.form import FORMS, ArticleForm
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.item_actions import ItemActions
from knowledge_base.studio.item_head import ItemHead
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.preview import Preview
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import box, button, link, text
from knowledge_base.studio.unsaved import Left
from knowledge_base.studio.visit import Visit

_BEAT = 1.5
_LOOK_EVERY = 3
"""Beats between two looks whether somebody changed the item."""


def register(studio: Studio, shared: Shared) -> None:
    """Register the page of every kind of item."""
    for kind in Kind:
        _register(kind, studio, shared)


def _register(kind: Kind, studio: Studio, shared: Shared) -> None:
    @ui.page(f"/studio/{kind.value}/{{item_id}}", response_timeout=15)
    async def show(request: Request, client: Client, item_id: str) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        here = links.HOME[kind]
        try:
            item = await visit.run(lambda _: studio.catalogue.item(kind, item_id))
        except UnknownItem:
            with frame(visit, here, item_id):
                text(visit.labels.of("errors", "unknown_item"), "empty", data_testid="unknown")
            return None
        with frame(visit, here, str(item.shown.content.get("title") or item_id)):
            page = ItemPage(visit, client, item)
        await page.start()
        return None


class ItemPage:
    """One tab with one item open."""

    def __init__(self, visit: Visit, client: Client, item: Item) -> None:
        """Build the page inside the current element."""
        self.visit = visit
        self.item = item
        self.revision = item.shown
        self.dirty = False
        self._catalogue = visit.studio.catalogue
        self._client = client
        self._stale_checks = True
        self._beats = 0
        self._connected = False
        self._left: Left | None = None
        self._key = f"{item.kind}:{item.id}"
        self.head = ItemHead(visit, item)
        self._unsaved = box("banner", role="status", data_testid="unsaved")
        self._newer = text(visit.labels("newer"), "banner", role="status", data_testid="newer")
        self._newer.set_visibility(False)
        self._conflict = ConflictView(visit.labels, visit.studio.name_of, self._resolve)
        with box("item"):
            with box("item-form editor"):
                self.form = FORMS[item.kind](visit, self._changed)
            with box("item-side", "aside"):
                self.actions = ItemActions(self)
                self._checks = ChecksView(visit, item.kind, item.id)
                self._preview = Preview(visit) if item.kind is Kind.ARTICLE else None
                self._comments = CommentsView(visit, lambda: self.revision)
                self._links()

    def _links(self) -> None:
        labels, item = self.visit.labels, self.item
        with box("buttons"):
            history = links.history(item.kind, item.id)
            link(labels("history"), history, "btn small", data_testid="history")
            if item.kind is Kind.ARTICLE and self.visit.studio.given is not None:
                link(labels("given"), links.given(item.id), "btn small", data_testid="given")

    async def start(self) -> None:
        """Fill everything in and keep in step."""
        self._client.on_connect(lambda: self._came(connected=True))
        self._client.on_disconnect(lambda: self._came(connected=False))
        self.form.fill(self.revision.content)
        await self._load_offers()
        self._show()
        self._offer_unsaved()
        await self._comments.refresh()
        await self._tick()
        ui.timer(_BEAT, self._tick)

    @property
    def editing(self) -> bool:
        """Whether this tab may write in the item."""
        return self.visit.person.may_edit and self.revision.state is State.DRAFT

    async def reload(self) -> None:
        """Read the item again; what stands in a form that was changed stays there."""
        kind, item_id = self.item.kind, self.item.id
        self.item = await self.visit.run(lambda _: self._catalogue.item(kind, item_id))
        self.revision = self.item.shown
        if not self.dirty:
            self.form.fill(self.revision.content)
        self._stale_checks = True
        self._show()
        await self._comments.refresh()

    async def edit(self) -> None:
        """Open a draft of the published text."""
        kind, item_id = self.item.kind, self.item.id
        await self.visit.run(lambda by: self._catalogue.edit(by, kind, item_id))
        await self.reload()

    async def save(self) -> bool:
        """Save what stands in the form; False when somebody else was quicker."""
        content, revision = self.form.content, self.revision
        try:
            saved = await self.visit.run(lambda by: self._catalogue.save(by, revision, content))
        except EditConflict as conflict:
            await self._show_conflict(revision, content, conflict.current)
            return False
        self._set_dirty(dirty=self.form.content != content)
        self.revision = saved
        self._conflict.hide()
        if not self.dirty:
            self.visit.shared.unsaved.drop(self.visit.person.login, self._key)
        await self.reload()
        self.visit.say("saved")
        return True

    def forget_unsaved(self) -> None:
        """Nothing of what stands in the form is to be kept."""
        self._set_dirty(dirty=False)
        self.visit.shared.unsaved.drop(self.visit.person.login, self._key)

    def _show(self) -> None:
        self.head.show(self.item, self.revision)
        self.actions.show(self.item, self.revision)
        self.form.enable(enabled=self.editing)

    def _changed(self) -> None:
        self._set_dirty(dirty=True)
        self._stale_checks = True
        content = self.form.content
        if self._preview is not None:
            self._preview.show(content)
        left = Left(content, self.revision.number, self.revision.version, datetime.now(UTC))
        self.visit.shared.unsaved.keep(self.visit.person.login, self._key, left)

    def _set_dirty(self, *, dirty: bool) -> None:
        if dirty and self.dirty:
            return
        self.dirty = dirty
        self.head.show_dirty(dirty=dirty)

    def _came(self, *, connected: bool) -> None:
        self._connected = connected
        if not connected:
            self.visit.shared.presence.leave(self._key, self._client.id)

    async def _tick(self) -> None:
        presence, person = self.visit.shared.presence, self.visit.person
        if self.editing and self._connected:
            presence.beat(self._key, self._client.id, person)
        self.head.show_others(presence.others(self._key, person.login))
        self._beats += 1
        if self._beats % _LOOK_EVERY == 0:
            await self.visit.guarded(self._look)()
        if self._stale_checks:
            self._stale_checks = False
            await self.visit.guarded(self._check)()

    async def _look(self) -> None:
        """Show what others did to the item; over text that is not saved only tell of it."""
        kind, item_id = self.item.kind, self.item.id
        shown = (await self.visit.run(lambda _: self._catalogue.item(kind, item_id))).shown
        newer = (shown.number, shown.version) != (self.revision.number, self.revision.version)
        if newer and not self.dirty:
            await self.reload()
        self._newer.set_visibility(newer and self.dirty and not self._conflict.shown)

    async def _check(self) -> None:
        content = self.form.content
        if self._preview is not None:
            self._preview.show(content)
        self.form.show_problems(await self._checks.show(content))

    async def _load_offers(self) -> None:
        if not isinstance(self.form, ArticleForm) or self._preview is None:
            return
        query = Filter(kind=Kind.VALUE)
        items = await self.visit.run(lambda _: self._catalogue.items(query))
        contents = {item.id: item.shown.content for item in items}
        articles = await self.visit.run(lambda _: self._catalogue.items(Filter()))
        self.form.offer_known(item.shown.content for item in articles)
        self._preview.values = {name: str(c.get("value", "")) for name, c in contents.items()}
        self.form.offer_values({name: str(c.get("meaning", "")) for name, c in contents.items()})

    def _offer_unsaved(self) -> None:
        """Offer what this person wrote here and did not save."""
        self._left = self.visit.shared.unsaved.get(self.visit.person.login, self._key)
        self._unsaved.set_visibility(self._left is not None)
        if self._left is None:
            return
        with self._unsaved:
            at = self.visit.studio.stamp(self._left.at)
            text(self.visit.labels("left_unsaved", at=at), "grow")
            restore = self.visit.guarded(self._restore_unsaved)
            button(self.visit.labels("restore"), restore, "small", data_testid="restore-unsaved")
            button(self.visit.labels("discard"), self._discard_unsaved, "small ghost")

    async def _restore_unsaved(self) -> None:
        left = self._left
        if left is None:
            return
        self._unsaved.set_visibility(False)
        self.form.fill(left.content)
        self._changed()
        ui.run_javascript("studioTyped()")
        if self.editing and (left.number, left.version) != (
            self.revision.number,
            self.revision.version,
        ):
            await self._show_conflict(None, dict(left.content), self.revision)

    def _discard_unsaved(self) -> None:
        self._unsaved.set_visibility(False)
        self.visit.shared.unsaved.drop(self.visit.person.login, self._key)

    async def _show_conflict(
        self, base: Revision | None, mine: dict[str, Any], current: Revision
    ) -> None:
        """Put both texts side by side; the form keeps the own one, merged with the other's."""
        was = base.content if base else {}
        self.revision = current
        self._newer.set_visibility(False)
        merged = self._conflict.show(was, mine, current)
        for name, value in merged.items():
            if value != mine.get(name):
                self.form.set(name, value)
        self._stale_checks = True
        self._show()

    def _resolve(self, name: str, value: Any) -> None:
        self.form.set(name, value)
        self._changed()
