"""All publications, newest first, what the replicas serve, and the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from knowledge_base.catalogue.revision import Person, Publication
from knowledge_base.publication.errors import AnnouncerDown
from knowledge_base.publication.publisher import Publisher
from knowledge_base.studio.dialogs import ask
from knowledge_base.studio.theme import box, button, text
from knowledge_base.studio.visit import Visit

_SHOWN = 50
_EVERY = 2.0


class PublicationsView:
    """A table with a button for each publication that one can go back to."""

    def __init__(
        self, visit: Visit, publisher: Publisher, on_change: Callable[[], Awaitable[None]]
    ) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._publisher = publisher
        self._on_change = on_change
        self._now = ""
        text(visit.labels("publications"), tag="h2")
        self._replicas = text("", "muted", role="status", data_testid="replicas")
        with box("table-box"), box("table", "table"):
            with box("", "thead"), box("", "tr"):
                for column in ("at", "snapshot", "by", "articles", "remark", "deed"):
                    text(visit.labels.of("columns", column), tag="th", scope="col")
            self._rows = box("", "tbody")
        ui.timer(_EVERY, visit.guarded(self._count))

    async def load(self) -> None:
        """Read the publications again."""
        catalogue = self._visit.studio.catalogue
        found = await self._visit.run(lambda _: catalogue.publications())
        kept = await self._visit.run(lambda _: self._publisher.kept())
        self._now = found[0].snapshot if found else ""
        self._rows.clear()
        with self._rows:
            for number, publication in enumerate(found[:_SHOWN]):
                self._row(publication, now=number == 0, kept=publication.snapshot in kept)
            if not found:
                with box("", "tr"):
                    text(self._visit.labels("no_publications"), "empty", "td", colspan="6")
        await self._count()

    async def _count(self) -> None:
        """Show how many replicas serve what was published last."""
        if not self._now:
            return
        labels = self._visit.labels
        try:
            serving, replicas = await self._visit.run(lambda _: self._publisher.served(self._now))
        except AnnouncerDown:
            said = labels("replicas_unknown")
        else:
            said = labels("replicas", serving=serving, replicas=replicas, snapshot=self._now)
        self._replicas.set_text(said)

    def _row(self, publication: Publication, *, now: bool, kept: bool) -> None:
        labels, studio = self._visit.labels, self._visit.studio
        with box("", "tr", data_testid="publication", data_snapshot=publication.snapshot):
            text(studio.stamp(publication.at), "nowrap", "td")
            with box("", "td"):
                text(publication.snapshot)
                if now:
                    text(labels("in_service"), "tag published", "span")
                if publication.rolled_back:
                    text(labels("rolled_back"), "tag review", "span")
            text(studio.name_of(publication.by), "nowrap", "td")
            counted = labels(
                "publication_size", articles=publication.articles, changed=len(publication.changed)
            )
            text(counted, tag="td")
            with box("", "td"):
                if publication.override:
                    text(labels("overridden", why=publication.override), "note")
                for line in publication.worse:
                    text(line, "small muted")
            with box("nowrap", "td"):
                if kept and not now and self._visit.person.may_review:
                    self._button(publication)

    def _button(self, publication: Publication) -> None:
        async def go_back() -> None:
            await self._roll_back(publication)

        label = self._visit.labels("roll_back")
        button(label, self._visit.guarded(go_back), "small", data_testid="roll-back")

    async def _roll_back(self, publication: Publication) -> None:
        labels, snapshot = self._visit.labels, publication.snapshot
        why = await ask(labels, labels("roll_back"), hint=labels("roll_back_hint"))
        if why is None:
            return

        def roll_back(by: Person) -> Publication:
            return self._publisher.roll_back(by, snapshot, why)

        await self._visit.run(roll_back)
        self._visit.say("went_back")
        await self._on_change()
