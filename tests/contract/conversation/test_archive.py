"""The contract of `Archive`, for SQL on every database and for the in-memory double alike."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from conversation.archive import Archive, Period
from conversation.archive_tables import metadata
from conversation.conversation import Customer
from conversation.errors import ArchiveUnavailable
from conversation.memory_archive import MemoryArchive
from conversation.message import SourceRef
from conversation.outcome import UNKNOWN, Outcome
from conversation.sql_archive import SqlArchive
from conversation.turn import Route
from tests.unit.conversation.logs import MS, START, Log

DAY = timedelta(days=1)
OTHER = Customer("wechat", "open-2", {"name": "微信用户"})
OLD = SourceRef("card-loss", "怎么挂失银行卡", "示例银行", "aaaaaaaaaa")
NEW = SourceRef("card-loss", "怎么挂失银行卡", "示例银行", "bbbbbbbbbb")


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    if request.param == "memory":
        yield MemoryArchive()
        return
    if request.param == "sqlite":
        url, options = f"sqlite:///{tmp_path / 'records.db'}", {"timeout": 30}
    else:
        url, options = str(request.getfixturevalue("postgresql_server")), {}
    engine = sa.create_engine(url, connect_args=options)
    metadata.drop_all(engine)
    store = SqlArchive(engine)
    store.create()
    yield store
    engine.dispose()


def lost_card(number: int = 1, source: SourceRef = OLD, days: int = 0) -> Log:
    log = Log(number=number, start=MS + days * 86_400_000)
    log.ask("卡丢了怎么办", Route.ANSWER, sources=(source,), menu=("有帮助", "没有帮助"))
    return log


def test_what_was_put_is_read_back_whole(archive: Archive) -> None:
    log = Log(OTHER)
    log.ask("100%_了解", Route.ANSWER, sources=(OLD, NEW), menu=("有帮助",))
    log.ask("我要投诉", Route.COMPLAINT, calls="complaint")
    kept = log.closed("a1")
    archive.put(kept)
    assert archive.get(kept.id) == kept
    assert archive.get(Log().id) is None


def test_putting_again_changes_nothing(archive: Archive) -> None:
    kept = lost_card().closed()
    archive.put(kept)
    archive.put(kept)
    assert archive.get(kept.id) == kept
    assert archive.of_customer(kept.customer.key) == [kept.summary]
    assert len(archive.quoted("card-loss")) == 1


def test_putting_a_longer_log_replaces(archive: Archive) -> None:
    log = lost_card()
    archive.put(log.closed())
    log.ask("在吗", None, note="owner is closed")
    kept = log.closed()
    archive.put(kept)
    assert archive.get(kept.id) == kept


def test_many_may_archive_the_same_one_at_once(archive: Archive) -> None:
    kept = lost_card().closed()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(archive.put, [kept] * 8))
    assert archive.get(kept.id) == kept


def test_a_customers_conversations_come_last_opened_first(archive: Archive) -> None:
    held = [lost_card(number, days=number).closed() for number in (9, 11, 10)]
    for kept in held:
        archive.put(kept)
    archive.put(Log(OTHER).closed())
    found = archive.of_customer(held[0].customer.key, limit=2)
    assert found == [held[1].summary, held[2].summary]


def test_search_by_period_channel_and_words(archive: Archive) -> None:
    early, late = lost_card(1).closed(), lost_card(2, days=3).closed()
    log = Log(OTHER, start=MS + 86_400_000)
    log.ask("手续费50%打折，APP上", Route.REFUSE)
    wechat = log.closed()
    for kept in (early, late, wechat):
        archive.put(kept)
    assert archive.search(Period()) == [late.summary, wechat.summary, early.summary]
    assert archive.search(Period(), limit=1, skip=1) == [wechat.summary]
    assert archive.search(Period(start=START + DAY)) == [late.summary, wechat.summary]
    assert archive.search(Period(end=early.closed_at)) == []
    assert archive.search(Period(start=early.closed_at, end=START + DAY)) == [early.summary]
    assert archive.search(Period(), channel="wechat") == [wechat.summary]
    assert archive.search(Period(), text="50%打") == [wechat.summary]
    assert archive.search(Period(), text="APP") == [wechat.summary]
    assert archive.search(Period(), text="app") == []
    assert archive.search(Period(), text="5%") == []


def test_questions_by_outcome_newest_first(archive: Archive) -> None:
    log = Log()
    log.ask("能买彩票吗", Route.REFUSE, intent="ask_other")
    log.ask("卡丢了怎么办", Route.ANSWER)
    log.ask("卡怎么弄", Route.CLARIFY, menu=("都不是",))
    log.ask("都不是", Route.CHITCHAT)
    log.ask("有没有联名卡", Route.HUMAN, calls="bot_unable")
    archive.put(log.closed())
    found = list(archive.questions(START, UNKNOWN))
    assert [(one.text, one.outcome) for one in found] == [
        ("有没有联名卡", Outcome.BOT_UNABLE),
        ("卡怎么弄", Outcome.CLARIFIED_IN_VAIN),
        ("能买彩票吗", Outcome.REFUSED),
    ]
    last = found[-1]
    assert (last.conversation_id, last.route, last.intent) == (log.id, Route.REFUSE, "ask_other")
    assert (last.confidence, last.at) == (0.75, START)
    assert [one.text for one in archive.questions(START, UNKNOWN, limit=1)] == ["有没有联名卡"]
    later = archive.questions(START + timedelta(seconds=1), UNKNOWN)
    assert [one.text for one in later] == ["有没有联名卡", "卡怎么弄"]
    assert len(list(archive.questions(START))) == 5


def test_who_was_given_which_revision(archive: Archive) -> None:
    first, second = lost_card(1).closed(), lost_card(2, NEW, days=1).closed()
    archive.put(first)
    archive.put(second)
    [given] = archive.quoted("card-loss", {OLD.revision})
    assert (given.conversation_id, given.revision) == (first.id, OLD.revision)
    assert (given.customer, given.at) == (first.customer, first.messages[1].at)
    assert [one.conversation_id for one in archive.quoted("card-loss")] == [second.id, first.id]
    assert archive.quoted("card-loss", {"cccccccccc"}) == []
    assert archive.quoted("card") == []


def test_a_database_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    store = SqlArchive(sa.create_engine(f"sqlite:///{tmp_path / 'missing' / 'records.db'}"))
    with pytest.raises(ArchiveUnavailable):
        store.put(lost_card().closed())
