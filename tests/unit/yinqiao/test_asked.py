"""The knowledge base sees the archive through its own ports."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from conversation.conversation import Customer
from conversation.memory_archive import MemoryArchive
from conversation.sql_archive import SqlArchive
from conversation.turn import Route
from knowledge_base.unanswered.asked import Asked, Outcome
from knowledge_base.unanswered.errors import UnansweredUnavailable
from tests.unit.conversation.logs import START, Log
from yinqiao.asked import ArchiveAsked, ArchiveGiven, masked


def test_each_way_to_go_wrong_has_its_name() -> None:
    log = Log()
    log.ask("能买彩票吗", Route.REFUSE)
    log.ask("卡丢了怎么办", Route.ANSWER)
    log.ask("卡怎么弄", Route.CLARIFY, menu=("都不是",))
    log.ask("都不是", Route.CHITCHAT)
    log.ask("有没有联名卡", Route.HUMAN, calls="bot_unable")
    archive = MemoryArchive()
    archive.put(log.closed())
    found = ArchiveAsked(archive).since(START, 100)
    assert [(one.text, one.outcome) for one in found] == [
        ("有没有联名卡", Outcome.BOT_NOT_ABLE),
        ("卡怎么弄", Outcome.CLARIFIED_IN_VAIN),
        ("能买彩票吗", Outcome.REFUSED),
    ]
    assert found[-1] == Asked("能买彩票吗", log.id, START, Outcome.REFUSED)


def test_an_archive_that_is_away_is_told_in_the_rooms_own_words(tmp_path: Path) -> None:
    away = SqlArchive(sa.create_engine(f"sqlite:///{tmp_path / 'missing' / 'records.db'}"))
    with pytest.raises(UnansweredUnavailable):
        ArchiveAsked(away).since(START, 10)
    with pytest.raises(UnansweredUnavailable):
        ArchiveGiven(away).given("card-loss")


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [("visitor-1", "web:vi…-1"), ("abcdef", "web:…"), ("abcdefg", "web:ab…fg"), ("", "web:…")],
)
def test_a_customers_id_is_masked(identifier: str, shown: str) -> None:
    assert masked(Customer("web", identifier)) == shown
