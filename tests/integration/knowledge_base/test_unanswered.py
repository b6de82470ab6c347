"""Unanswered questions with the real encoder and search: the clusters a reader would make."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conversation.memory_archive import MemoryArchive
from conversation.message import SourceRef
from conversation.turn import Route
from knowledge_base.article import Article
from knowledge_base.retrieval.search import Searcher
from knowledge_base.unanswered.clusters import Clusterer, mean_of
from knowledge_base.unanswered.memory_store import MemoryUnanswered
from knowledge_base.unanswered.service import Unanswered
from knowledge_base.unanswered.superseded import given_other_than
from language.encoder import Encoder
from tests.unit.conversation.logs import START, Log
from yinqiao.asked import ArchiveAsked, ArchiveGiven, SearchedArticles

GROUPS = [
    ["你们卖彩票吗", "能不能在手机银行买彩票", "手机银行可以买彩票吗", "彩票在哪里买"],
    ["有没有儿童储蓄卡", "儿童银行卡怎么办", "给孩子办儿童卡要什么"],
    ["数字人民币钱包怎么开", "怎么开通数字人民币", "数字人民币钱包在哪开通"],
    ["网点有没有充电桩"],
]


def archive_of(groups: list[list[str]]) -> MemoryArchive:
    archive = MemoryArchive()
    texts = [text for group in groups for text in group]
    for number, text in enumerate(texts, start=1):
        log = Log(number=number)
        log.ask(text, Route.REFUSE)
        archive.put(log.closed())
    return archive


def test_real_questions_fall_into_the_groups_that_a_reader_makes(
    encoder: Encoder, searcher: Searcher, small_bank: list[Article]
) -> None:
    mean = mean_of(encoder, [text for article in small_bank for text in article.wordings])
    clusterer = Clusterer(encoder, mean, SearchedArticles(searcher))
    source = ArchiveAsked(archive_of(GROUPS))
    clock = datetime(2026, 11, 3, tzinfo=UTC)
    found = Unanswered(source, clusterer, MemoryUnanswered(), lambda: clock).clusters()
    groups = [{wording.text for wording in one.cluster.wordings} for one in found]
    assert groups[0] == set(GROUPS[0])
    assert sorted(map(sorted, groups)) == sorted(map(sorted, GROUPS))
    near = [one.cluster.nearest for one in found]
    titles = {article.title for article in small_bank}
    assert all(one is None or (one.title in titles and 0 <= one.score <= 1) for one in near)
    assert any(near)


def test_questions_before_the_time_looked_at_are_left_out() -> None:
    source = ArchiveAsked(archive_of(GROUPS))
    assert len(source.since(START, 100)) == 11
    assert source.since(START + timedelta(days=1), 100) == []
    assert len(source.since(START, 3)) == 3


def test_conversations_that_were_given_a_superseded_answer() -> None:
    archive = MemoryArchive()
    for number, revision in enumerate(["aaaaaaaaaa", "bbbbbbbbbb"], start=1):
        log = Log(number=number)
        source = SourceRef("card-loss", "怎么挂失银行卡", "示例银行", revision)
        log.ask("卡丢了怎么办", Route.ANSWER, sources=(source,))
        archive.put(log.closed())
    [found] = given_other_than(ArchiveGiven(archive), "card-loss", {"bbbbbbbbbb"})
    assert found.conversation_id == Log(number=1).id
    assert found.customer == "web:vi…-1"
    assert found.revisions == ("aaaaaaaaaa",)
