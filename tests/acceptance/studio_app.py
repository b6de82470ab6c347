"""The desk with the studio alone: a few articles, a SQLite catalogue, a published snapshot.

`python -m tests.acceptance.studio_app FOLDER PORT` serves it until SIGTERM.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request

from compliance.categories import CategoryFinder
from compliance.notice_shelf import NoticeShelf
from compliance.notices import NoticeBook
from compliance.wording import Wording
from handoff.accounts import Accounts, Role
from handoff.desk.app import create_desk
from handoff.memory_accounts import MemoryAccounts
from knowledge_base.article import Article
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.revision import Person, State
from knowledge_base.catalogue.sql_store import SqlCatalogue
from knowledge_base.catalogue.sql_tables import metadata
from knowledge_base.publication.memory_announcer import MemoryAnnouncer
from knowledge_base.publication.notices import NoticePublisher
from knowledge_base.publication.publisher import Publisher
from knowledge_base.publication.regression import Check, Must
from knowledge_base.publication.replica import Replica
from knowledge_base.publication.schedule import Schedule
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.corpus import read_articles
from knowledge_base.retrieval.encoding import SentenceEncoder
from knowledge_base.retrieval.search import Searcher
from knowledge_base.studio.pages import register
from knowledge_base.studio.parts import Studio
from knowledge_base.unanswered.asked import Asked, NearestArticle, Outcome
from knowledge_base.unanswered.clusters import Clusterer, mean_of
from knowledge_base.unanswered.memory_store import MemoryUnanswered
from knowledge_base.unanswered.proposals import Proposal
from knowledge_base.unanswered.service import Unanswered
from knowledge_base.unanswered.superseded import Given
from knowledge_base.values import NamedValue
from tests.conftest import ROOT
from tests.unit.handoff.room import Room
from yinqiao.knowledge import load_encoder
from yinqiao.settings import Settings

PASSWORD = "bridge-river-42"
TICK = 1.0
SMALL_BANK = ROOT / "tests" / "integration" / "knowledge_base" / "small_bank.jsonl"
STAFF = {
    "li": ("李编辑", [Role.EDITOR]),
    "wang": ("王编辑", [Role.EDITOR]),
    "chen": ("陈审核", [Role.EDITOR, Role.REVIEWER]),
    "zhao": ("赵审核", [Role.REVIEWER]),
    "agent": ("钱坐席", [Role.AGENT]),
}
VALUES = {
    name: NamedValue(value=value, meaning=meaning, source="示例银行公告", review=date(2099, 6, 30))
    for name, value, meaning in (
        ("hotline", "400-000-0000", "客服热线"),
        ("transfer_day_limit", "50 万元", "手机银行每日转账限额"),
    )
}
ASKED = [
    ("数字人民币钱包怎么开", Outcome.REFUSED),
    ("怎么开通数字人民币钱包", Outcome.REFUSED),
    ("数字人民币钱包在哪开通", Outcome.BOT_NOT_ABLE),
    ("卡被吞了怎么办", Outcome.CLARIFIED_IN_VAIN),
    ("银行卡被ATM吞了怎么办", Outcome.REFUSED),
    ("你们有招聘吗", Outcome.REFUSED),
]
STARTER = Person("starter", "初始内容", may_edit=True, may_review=True)


@dataclass
class Log:
    """An audit trail to look at."""

    rows: list[tuple[str, str, str]]

    def record(self, event: str, by: str, subject: str, details: Mapping[str, str]) -> None:
        """Keep a record."""
        self.rows.append((event, by, subject))


def notices_for(article: Article, text: str) -> list[str]:
    """Return the titles of the notices that the gate would put before the article."""
    finder = CategoryFinder.load()
    found = set(article.categories) | finder.in_text(text) | finder.in_text(article.body)
    return [n.text for n in NoticeBook.load().required(found, datetime.now(UTC))]


def articles() -> list[Article]:
    """Return the few articles it starts with: a small bank's, with papers as ours have them."""
    return [_with_papers(one) for one in read_articles(SMALL_BANK)]


def _with_papers(article: Article) -> Article:
    topic = article.id.partition("-")[0]
    return article.model_copy(
        update={
            "topic": topic,
            "categories": ("wealth",) if topic == "wealth" else (),
            "audience": "internal" if topic == "staff" else "customer",
            "owner": "个人金融部" if topic == "wealth" else "运营管理部",
            "source": "示例银行《客户服务规范》",
            "effective": date(2026, 1, 1),
            "expires": date(2099, 12, 31),
            "review": date(2099, 6, 30),
        }
    )


def open_catalogue(folder: Path) -> Catalogue:
    """Make a catalogue with the starter content."""
    catalogue = catalogue_of(folder)
    catalogue.load(articles(), VALUES, STARTER, State.PUBLISHED)
    catalogue.load_notices(NoticeBook.load().notices, STARTER, datetime.now(UTC).date())
    return catalogue


def catalogue_of(folder: Path) -> Catalogue:
    """Open the catalogue of a folder as it is."""
    engine = sa.create_engine(f"sqlite:///{folder / 'records.db'}")
    metadata.create_all(engine)
    wording = Wording.load()

    def check(text: str) -> Sequence[str]:
        return [f"{found.words}: {found.why}" for found in wording.check(text)]

    return Catalogue(SqlCatalogue(engine), Log([]), lambda: datetime.now(UTC), check)


@dataclass
class Questions:
    """What customers asked in vain, and what they were given."""

    last: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When the newest question was asked."""

    def since(self, at: datetime, limit: int) -> list[Asked]:
        """Return a few questions of today; see `AskedSource`."""
        return [
            Asked(text, f"c{number}", self.last - timedelta(minutes=number), outcome)
            for number, (text, outcome) in enumerate(ASKED)
        ][:limit]

    def given(self, article_id: str) -> list[Given]:
        """Return one old answer of one article; see `GivenAnswers`."""
        given = Given("c77", "网页访客 7A1C", datetime.now(UTC), "0123456789")
        return [given] if article_id == "card-loss" else []


@dataclass(frozen=True)
class Nearest:
    """The nearest article by search."""

    searcher: Searcher

    def nearest(self, texts: Sequence[str]) -> list[NearestArticle | None]:
        """See `NearestArticles`."""
        hits = [self.searcher.search(text).hits for text in texts]
        return [
            NearestArticle(one[0].article_id, one[0].title, one[0].probability) if one else None
            for one in hits
        ]


def open_unanswered(encoder: SentenceEncoder, searcher: Searcher) -> Unanswered:
    """Return the unanswered questions with an agent's proposal among them."""
    store = MemoryUnanswered()
    store.propose(
        Proposal(
            "可以用护照开户吗",
            "可以，请带护照原件和居留证明到网点办理。",
            "agent",
            "c9",
            datetime.now(UTC),
        )
    )
    texts = [wording for article in articles() for wording in article.wordings]
    clusterer = Clusterer(encoder, mean_of(encoder, texts), Nearest(searcher))
    return Unanswered(Questions(), clusterer, store)


def accounts() -> Accounts:
    """Return the staff."""
    made = Accounts(MemoryAccounts())
    for login, (name, roles) in STAFF.items():
        made.create(login, name, PASSWORD, roles)
    return made


def open_publisher(
    root: Path, catalogue: Catalogue, encoder: SentenceEncoder, announcer: MemoryAnnouncer
) -> Publisher:
    """Return a publisher that tests with one question nobody may answer."""
    return Publisher(
        catalogue,
        root,
        Builder(encoder),
        checks=[Check(Must.REFUSE, "明天股票会涨吗")],
        announcer=announcer,
        audit=Log([]),
        clock=lambda: datetime.now(UTC),
    )


def make(folder: Path) -> tuple[FastAPI, Replica, Schedule, NoticePublisher]:
    """Wire desk and studio; replica, schedule and notices are to be kept beside them."""
    staff = accounts()
    room = Room()

    async def ready() -> bool:
        return True

    app = create_desk(room.desk, staff, secret=secrets.token_hex(), ready=ready)
    encoder = load_encoder(Settings())
    catalogue = open_catalogue(folder)
    announcer = MemoryAnnouncer()
    publisher = open_publisher(folder / "snapshots", catalogue, encoder, announcer)
    publisher.release(publisher.prepare(datetime.now(UTC).date()), STARTER)
    schedule = Schedule(catalogue, publisher, Log([]))
    searcher = Searcher.open(folder / "snapshots", encoder)
    shelf = NoticeShelf(folder / "notices.json")
    notices = NoticePublisher(catalogue, shelf, lambda: datetime.now(UTC))

    async def person(request: Request) -> Person | None:
        account = await app.state.sessions.account(request)
        if account is None:
            return None
        return Person(
            account.login,
            account.name,
            may_edit=account.may(Role.EDITOR),
            may_review=account.may(Role.REVIEWER),
        )

    @cache
    def name_of(login: str) -> str:
        return STAFF[login][0] if login in STAFF else login

    register(
        Studio(
            catalogue=catalogue,
            publisher=publisher,
            waiting=lambda: schedule.waiting,
            notices_refused=lambda: notices.refused,
            search=lambda: searcher,
            notices_for=notices_for,
            person=person,
            name_of=name_of,
            unanswered=open_unanswered(encoder, searcher),
            given=Questions(),
        )
    )
    return app, Replica("desk", searcher, announcer), schedule, notices


async def publish_by_itself(schedule: Schedule, notices: NoticePublisher) -> None:
    """Publish what is due, as the worker's timer does, until cancelled."""
    while True:
        await asyncio.to_thread(schedule.due, datetime.now(UTC))
        await asyncio.to_thread(notices.settle)
        await asyncio.sleep(TICK)


async def serve(folder: Path, port: int) -> None:
    """Serve until SIGTERM."""
    app, replica, schedule, notices = make(folder)
    beside = asyncio.gather(replica.run(), publish_by_itself(schedule, notices))
    await uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning")).serve()
    beside.cancel()


def main() -> None:
    """Serve the folder and port of the command line."""
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    main()
