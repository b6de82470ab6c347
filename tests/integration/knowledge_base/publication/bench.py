"""A small bank with a catalogue, a publisher and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from knowledge_base.article import Article
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.memory_store import MemoryCatalogue
from knowledge_base.catalogue.revision import Kind, Person, Revision, State
from knowledge_base.publication.memory_announcer import MemoryAnnouncer
from knowledge_base.publication.publisher import Publisher
from knowledge_base.publication.regression import Check
from knowledge_base.publication.schedule import Schedule
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.search import Searcher

ZHOU = Person("zhou", "周编辑", may_edit=True)
WU = Person("wu", "吴审核", may_edit=True, may_review=True)
STARTER = Person("starter", "示例内容", may_edit=True, may_review=True)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 24)
PAPERS = {
    "topic": "bank",
    "owner": "零售金融部",
    "source": "示例银行《指南》",
    "effective": date(2026, 1, 1),
    "expires": date(2027, 12, 31),
    "review": date(2027, 6, 30),
}


class Trail:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, str, dict[str, str]]] = []

    def record(self, event: str, by: str, subject: str, details: Mapping[str, str]) -> None:
        self.records.append((event, by, subject, dict(details)))

    def details(self, event: str) -> list[dict[str, str]]:
        return [details for name, _, _, details in self.records if name == event]


class Bench:
    """Everything a publication needs, in reach."""

    def __init__(
        self,
        articles: Sequence[Article],
        root: Path,
        builder: Builder,
        checks: Sequence[Check] = (),
    ) -> None:
        self.root, self.builder = root, builder
        self.trail, self.announcer = Trail(), MemoryAnnouncer()
        self.now = datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)
        self.catalogue = Catalogue(MemoryCatalogue(), self.trail, lambda: self.now, lambda _: [])
        papered = [article.model_copy(update=PAPERS) for article in articles]
        self.catalogue.load(papered, {}, STARTER, State.PUBLISHED)
        self.publisher = self.publish_with(checks)

    def publish_with(self, checks: Sequence[Check]) -> Publisher:
        return Publisher(
            self.catalogue,
            self.root,
            self.builder,
            checks=checks,
            announcer=self.announcer,
            audit=self.trail,
            clock=lambda: self.now,
        )

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.catalogue, self.publisher, self.trail)

    def first(self) -> str:
        """Publish the starter content; returns the snapshot's name."""
        return self.publisher.release(self.publisher.prepare(TODAY), WU).snapshot

    def again(self) -> str:
        """Publish all that is due."""
        return self.publisher.release(self.publisher.prepare(TODAY), WU).snapshot

    def draft(self, item: str, **changes: object) -> Revision:
        opened = self.catalogue.edit(ZHOU, Kind.ARTICLE, item)
        return self.catalogue.save(ZHOU, opened, {**opened.content, **changes})

    def approved(self, item: str, publish_on: date | None = None, **changes: object) -> Revision:
        reviewed = self.catalogue.submit(ZHOU, self.draft(item, **changes))
        return self.catalogue.approve(WU, reviewed, publish_on)

    def searcher(self) -> Searcher:
        return Searcher.open(self.root, self.builder.encoder)

    def at(self, day: date, hour: int = 0, minute: int = 0) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def stale(person: Person) -> Person:
    """Return the person without the right to review."""
    return replace(person, may_review=False)
