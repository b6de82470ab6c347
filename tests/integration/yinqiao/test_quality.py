"""Inspection on the installation's own records, with the gate's own finder, notices and wording."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from compliance.audit_store import AuditStore
from compliance.notices import NoticeBook
from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from conversation.approved import Author, Seal
from conversation.codec import messages_of_approved
from conversation.conversation import Owner
from conversation.errors import Blocked
from conversation.message import Draft, Kind, Sender
from conversation.sql_archive import SqlArchive
from handoff.accounts import Account, Role
from handoff.quality.inspection import Inspection
from handoff.tickets.errors import Forbidden
from handoff.tickets.follow_up import FollowUp
from handoff.tickets.tasks import TaskKind
from tests.integration.yinqiao.test_rights import invoke, records, settings
from tests.unit.handoff.figures.talks import Talk
from tests.unit.handoff.people import queued
from tests.unit.handoff.tickets.desk import Postbox
from yinqiao.quality import open_figures, open_inspector, open_quality
from yinqiao.records import open_records
from yinqiao.settings import Settings
from yinqiao.tickets import open_tickets
from yinqiao.wiring import gate_of

__all__ = ["records", "settings"]

GU = Account("gu", "顾言", frozenset({Role.SUPERVISOR}))
ZHOU = Account("zhou", "周晓", frozenset({Role.AGENT}))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[sa.Engine]:
    """Yield the records of a new installation."""
    engine = open_records(Settings(var=tmp_path / "var"))
    yield engine
    engine.dispose()


def served(name: str, *said: str, warned: tuple[str, ...] = ()) -> Talk:
    """Return a conversation of just now in which an agent says this."""
    talk = Talk(name, now=datetime.now(UTC).replace(microsecond=0))
    talk.asks("转人工")
    talk.calls()
    talk.taken()
    for category in warned:
        talk.warns(category)
    for text in ("您好", *said):
        talk.says(text)
    return talk


def follow_up(engine: sa.Engine) -> FollowUp:
    recorder = AuditRecorder(AuditStore(engine))
    return open_tickets(engine, recorder, Redactor.load(), Postbox()).follow_up


def inspected(engine: sa.Engine, talk: Talk) -> Inspection:
    archive = SqlArchive(engine)
    kept = talk.closed("zhou")
    archive.put(kept)
    inspector = open_inspector(engine, archive, NoticeBook.load(), follow_up(engine))
    assert inspector.sweep() == 1
    assert inspector.sweep() == 0
    found = inspector.store.get(kept.id)
    assert found
    return found


def test_a_product_without_its_notice_is_found(own: sa.Engine) -> None:
    text = "您问的这只基金可以在手机银行申购。"
    assert not inspected(own, served("a", text)).found["notices"]
    assert inspected(own, served("b", text, warned=("fund",))).found["notices"]


def test_prohibited_wording_is_found(own: sa.Engine) -> None:
    assert not inspected(own, served("a", "这款产品保证收益，稳赚不赔。")).found["wording"]
    assert inspected(own, served("b", "这款产品不保证收益。")).found["wording"]


async def test_an_appeal_stands_in_the_audit_chain(own: sa.Engine) -> None:
    found = inspected(own, served("a", "好了"))
    chain = AuditStore(own)
    recorder, redactor = AuditRecorder(chain), Redactor.load()
    service = open_quality(own, SqlArchive(own), recorder, redactor, follow_up(own))
    await service.appeal(ZHOU, found.conversation, "客户先离开了，电话 13812345678", ["closing"])
    decided = await service.decide(GU, found.conversation, "属实", upheld=True)
    assert decided.appeal
    assert "13812345678" not in decided.appeal.why
    assert decided.found["closing"]
    assert [row.kind for row in chain.rows()] == ["quality.appeal", "quality.decide"]
    assert chain.verify().broken is None


async def test_a_low_score_is_a_finding_until_its_remedy_is_verified(own: sa.Engine) -> None:
    found = await asyncio.to_thread(inspected, own, served("a", "这款基金稳赚不赔。"))
    assert found.score < 70
    tasks = follow_up(own)
    (task,) = await tasks.pending()
    assert (task.kind, task.subject, task.owner) == (TaskKind.FINDING, found.conversation, "zhou")
    assert "合规用语" in task.what
    assert task.due > datetime.now(UTC) + timedelta(days=6)
    await tasks.done(ZHOU, task.id, "已复习合规用语")
    with pytest.raises(Forbidden):
        await tasks.verify(ZHOU, task.id, holds=True)
    await tasks.verify(GU, task.id, holds=True)
    assert await tasks.pending() == []


async def test_what_people_find_low_is_a_finding_too(own: sa.Engine) -> None:
    found = await asyncio.to_thread(inspected, own, served("a", "已为您登记", "感谢您的来电"))
    assert await follow_up(own).pending() == []
    recorder, redactor = AuditRecorder(AuditStore(own)), Redactor.load()
    service = open_quality(own, SqlArchive(own), recorder, redactor, follow_up(own))
    items = [item for item, ok in found.found.items() if ok]
    for _ in range(2):
        await service.review(GU, found.conversation, "态度差", dict.fromkeys(items, False))
    (task,) = await follow_up(own).pending()
    assert (task.kind, task.owner) == (TaskKind.FINDING, "zhou")


async def test_a_low_rating_is_for_who_served_to_improve(own: sa.Engine) -> None:
    found = await asyncio.to_thread(inspected, own, served("a", "已为您登记", "感谢您的来电"))
    await follow_up(own).rate(found.conversation, 1, "没有解决")
    (task,) = await follow_up(own).pending()
    assert (task.kind, task.owner) == (TaskKind.IMPROVEMENT, "zhou")
    await follow_up(own).rate("0" * 16 + "-1", 1)
    assert [one.owner for one in await follow_up(own).pending()] == ["zhou", ""]


def test_a_sentence_that_was_released_is_no_fault(own: sa.Engine) -> None:
    talk = served("a", "我们是最好的银行。")
    assert not inspected(own, talk).found["wording"]
    gate = gate_of(Seal(), NoticeBook.load())
    chat = replace(queued("b"), owner=Owner.AGENT, agent="zhou")
    author = Author(Sender.AGENT, chat.epoch, "zhou", "周晓")
    with pytest.raises(Blocked):
        gate.approve(chat, author, [Draft("我们是最好的银行。")])
    approved = gate.release(chat, author, [Draft("我们是最好的银行。")])
    (said,) = messages_of_approved(approved)
    released = served("b")
    released.add(Sender.AGENT, Kind.TEXT, said.text, 10, data=said.data)
    assert inspected(own, released).found["wording"]


async def test_the_figures_are_wired_to_the_same_records(own: sa.Engine) -> None:
    inspected(own, served("a", "好了"))
    recorder, redactor = AuditRecorder(AuditStore(own)), Redactor.load()
    service = open_figures(own, open_tickets(own, recorder, redactor, Postbox()))
    report = await service.report(GU, service.today(), service.today())
    assert report.figures.connection.of == 1


def test_whoever_is_deleted_leaves_no_inspection(records: sa.Engine) -> None:
    found = inspected(records, served("a", "好了"))
    other = inspected(records, served("b", "好了"))
    key = found.customer_key
    done = invoke("data", "delete", "--customer", key, "--reason", "客户要求", "--by", "wang")
    assert done.exit_code == 0, done.output
    inspector = open_inspector(records, SqlArchive(records), NoticeBook.load(), follow_up(records))
    assert inspector.store.get(found.conversation) is None
    assert replace(inspector, batch=1).sweep() == 0
    assert inspector.store.get(other.conversation)
