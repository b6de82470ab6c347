"""The studio in the desk's process: what its pages stand on, and what runs beside them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from compliance.categories import CategoryFinder
from compliance.notices import Notices
from handoff.accounts import Account, Accounts, Role
from handoff.desk.sessions import Sessions
from handoff.errors import UnknownAccount
from knowledge_base.article import Article
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.revision import Person
from knowledge_base.publication.noticed import NoticedCategories
from knowledge_base.publication.notices import NoticePublisher
from knowledge_base.publication.publisher import Publisher
from knowledge_base.publication.schedule import SCHEDULER, Schedule
from knowledge_base.retrieval.search import Searcher
from knowledge_base.studio.parts import Studio
from knowledge_base.unanswered.clusters import Clusterer
from knowledge_base.unanswered.service import Unanswered
from knowledge_base.unanswered.sql_store import SqlUnanswered
from language.encoder import Encoder
from yinqiao.asked import ArchiveAsked, ArchiveGiven, SearchedArticles
from yinqiao.content import OPERATOR, STARTER, ContentAudit, open_catalogue
from yinqiao.knowledge import load_encoder
from yinqiao.publishing import notice_publisher, open_publisher
from yinqiao.wiring import Core, open_shelf

_LOG = logging.getLogger(__name__)
_LOOK = 30.0
_NOTICES_LOOK = 2.0


@dataclass(frozen=True)
class ContentRoom:
    """Everything content staff work with, opened once in the desk's process."""

    catalogue: Catalogue
    publisher: Publisher
    schedule: Schedule
    searcher: Searcher
    encoder: Encoder
    notices: NoticePublisher

    @classmethod
    def open(cls, core: Core) -> ContentRoom:
        """Open the catalogue and the snapshot in service."""
        settings = core.settings
        catalogue = open_catalogue(settings)
        publisher = open_publisher(settings, catalogue)
        encoder = load_encoder(settings)
        return cls(
            catalogue,
            publisher,
            Schedule(catalogue, publisher, ContentAudit(core.audit)),
            Searcher.open(settings.snapshots_dir, encoder),
            encoder,
            notice_publisher(settings, catalogue),
        )

    def similarity(self, left: Sequence[str], right: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return centred cosines, for the warnings while editing."""
        space = self.searcher.snapshot.wordings.base
        one, other = (space.centre(self.encoder.encode(texts)) for texts in (left, right))
        rows: list[list[float]] = (one @ other.T).tolist()
        return rows

    async def keep_time(self) -> None:
        """Publish by itself what was approved for a day that has come, until cancelled."""
        await asyncio.gather(
            _again_and_again(lambda: self.schedule.due(datetime.now(UTC)), _LOOK),
            _again_and_again(self.notices.settle, _NOTICES_LOOK),
        )


async def _again_and_again(deed: Callable[[], object], pause: float) -> None:
    while True:
        try:
            await asyncio.to_thread(deed)
        except Exception:  # noqa: BLE001 - whatever it is, the next look comes
            _LOG.exception("the schedule could not be kept")
        await asyncio.sleep(pause)


def studio_of(core: Core, room: ContentRoom, accounts: Accounts, sessions: Sessions) -> Studio:
    """Return what the studio's pages are wired with."""
    clusterer = Clusterer(
        room.encoder,
        room.searcher.snapshot.wordings.base.mean,
        SearchedArticles(room.searcher),
    )
    return Studio(
        catalogue=room.catalogue,
        search=lambda: room.searcher,
        notices_for=notices_for(CategoryFinder.load(), open_shelf(core.settings)),
        person=_person(sessions),
        name_of=_name_of(accounts),
        similarity=room.similarity,
        unanswered=Unanswered(ArchiveAsked(core.archive), clusterer, SqlUnanswered(core.records)),
        given=ArchiveGiven(core.archive),
        publisher=room.publisher,
        waiting=lambda: room.schedule.waiting,
        notices_refused=lambda: room.notices.refused,
    )


def notices_for(finder: CategoryFinder, book: Notices) -> Callable[[Article, str], Sequence[str]]:
    """Return what tells the notices that the gate puts before an article."""

    def find(article: Article, _question: str) -> list[str]:
        noticed = NoticedCategories(finder, book, datetime.now(UTC))
        return [notice.text for notice in noticed.notices(article)]

    return find


def _person(sessions: Sessions) -> Callable[[Request], Awaitable[Person | None]]:
    async def person(request: Request) -> Person | None:
        account = await sessions.account(request)
        return _as_person(account) if account else None

    return person


def _as_person(account: Account) -> Person:
    return Person(
        account.login,
        account.name,
        may_edit=account.may(Role.EDITOR),
        may_review=account.may(Role.REVIEWER),
    )


def _name_of(accounts: Accounts) -> Callable[[str], str]:
    known = {person.login: person.name for person in (STARTER, OPERATOR, SCHEDULER)}

    def name_of(login: str) -> str:
        if login not in known:
            with contextlib.suppress(UnknownAccount):
                known[login] = accounts.get(login).name
        return known.get(login, login)

    return name_of
