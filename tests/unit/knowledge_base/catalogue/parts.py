"""A catalogue of two articles and a value, people who work on it, and what the audit was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from knowledge_base.article import Article
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.memory_store import MemoryCatalogue
from knowledge_base.catalogue.revision import Kind, Person, Revision, State
from knowledge_base.values import NamedValue

STARTER = Person("starter content", "示例内容", may_edit=True, may_review=True)
ZHOU = Person("zhou", "周编辑", may_edit=True)
LIN = Person("lin", "林编辑", may_edit=True)
WU = Person("wu", "吴审核", may_edit=True, may_review=True)
READER = Person("reader", "读者")
TODAY = date(2026, 11, 2)
LOSS: dict[str, Any] = {
    "id": "card-loss",
    "title": "怎么挂失银行卡？",
    "questions": ["银行卡丢了怎么办", "卡找不到了"],
    "checks": ["我的卡不见了"],
    "topic": "card",
    "categories": ["deposit"],
    "audience": "customer",
    "owner": "零售金融部",
    "source": "示例银行《银行卡服务指南》",
    "citation_status": "internal",
    "effective": "2026-01-01",
    "expires": "2027-12-31",
    "review": "2027-06-30",
    "body": "请拨打 {{hotline}} 挂失。",
}
HOURS: dict[str, Any] = {
    **LOSS,
    "id": "branch-hours",
    "title": "网点几点开门？",
    "questions": ["营业时间"],
    "checks": [],
    "topic": "branch",
    "categories": [],
    "audience": "internal",
    "owner": "渠道部",
    "expires": "2026-12-31",
    "review": "2026-12-01",
    "body": "以网点公告为准。",
}
HOTLINE = {
    "value": "400-000-0000",
    "meaning": "客服热线",
    "source": "本行公告",
    "review": "2027-06-30",
}


class Trail:
    """An audit trail that keeps what it is told, or refuses."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, str, dict[str, str]]] = []
        self.refuses = False

    @property
    def events(self) -> list[str]:
        return [event.removeprefix("catalogue.") for event, *_ in self.records]

    def record(self, event: str, by: str, subject: str, details: Mapping[str, str]) -> None:
        if self.refuses:
            raise OSError("the audit store does not answer")
        self.records.append((event, by, subject, dict(details)))


class Clock:
    """A clock that moves by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def wording(text: str) -> Sequence[str]:
    """Refuse one word, as the compliance room would many."""
    return ["不得承诺“保本”"] if "保本" in text else []


def article(content: Mapping[str, Any]) -> Article:
    return Article.model_validate(dict(content))


class Bench:
    """A catalogue with its parts in reach."""

    def __init__(self) -> None:
        self.store = MemoryCatalogue()
        self.trail = Trail()
        self.catalogue = Catalogue(self.store, self.trail, Clock(), wording)

    def load(self) -> Catalogue:
        """Publish the starter content."""
        values = {"hotline": NamedValue.model_validate(HOTLINE)}
        articles = [article(LOSS), article(HOURS)]
        self.catalogue.load(articles, values, STARTER, State.PUBLISHED)
        self.trail.records.clear()
        return self.catalogue

    def draft(self, **changes: Any) -> Revision:
        """Return a saved draft of the article about lost cards."""
        opened = self.catalogue.edit(ZHOU, Kind.ARTICLE, "card-loss")
        return self.catalogue.save(ZHOU, opened, {**opened.content, **changes})

    def approved(self, publish_on: date | None = None, **changes: Any) -> Revision:
        """Return an approved revision of it."""
        reviewed = self.catalogue.submit(ZHOU, self.draft(**changes))
        return self.catalogue.approve(WU, reviewed, publish_on)
