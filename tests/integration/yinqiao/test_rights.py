"""Rights, holds and retention on the real stores, through the command line."""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from typer.testing import CliRunner, Result

from compliance.audit import AuditEntry, Wanted
from compliance.audit_store import AuditStore
from conversation.approved import Seal
from conversation.archive import Period
from conversation.archiver import Archiver
from conversation.conversation import Customer
from conversation.outcome import UNKNOWN
from conversation.ports import Incoming
from conversation.redis_store import RedisConversations
from conversation.redis_turns import RedisTurns
from conversation.redis_wake import Wake
from conversation.sql_archive import SqlArchive
from conversation.sql_archive_records import SqlArchiveRecords
from conversation.turn import Route
from knowledge_base.unanswered.proposals import Proposal
from knowledge_base.unanswered.sql_store import SqlUnanswered
from tests.unit.conversation.logs import Log
from yinqiao.cli import app
from yinqiao.records import open_records
from yinqiao.settings import Settings

CUSTOMER = Customer("web", "visitor-of-rights", {"name": "访客"})
OTHER = Customer("web", "somebody-else")
KEY = CUSTOMER.key
NOW = datetime.now(UTC)
DAY_MS = 86_400_000


@pytest.fixture
def settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, valkey_url: str
) -> Iterator[Settings]:
    monkeypatch.setenv("YINQIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("YINQIAO_REDIS_URL", valkey_url)
    asyncio.run(_emptied(valkey_url))
    yield Settings()
    asyncio.run(_emptied(valkey_url))


@pytest.fixture
def records(settings: Settings) -> Iterator[sa.Engine]:
    engine = open_records(settings)
    yield engine
    engine.dispose()


async def _emptied(url: str) -> None:
    async with Redis.from_url(url) as client:
        await client.flushall()


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments])


def log(number: int, *, days: int, customer: Customer = CUSTOMER) -> Log:
    """Return a conversation of so many days ago."""
    return Log(customer, number, int(NOW.timestamp() * 1000) - days * DAY_MS)


def put(records: sa.Engine, *logs: Log) -> None:
    for one in logs:
        SqlArchive(records).put(one.closed())


def chat(number: int, *, days: int, customer: Customer = CUSTOMER) -> Log:
    made = log(number, days=days, customer=customer)
    made.ask(f"第{number}个问题", Route.REFUSE)
    return made


def complaint(number: int, *, days: int) -> Log:
    made = log(number, days=days)
    made.ask("我要投诉", Route.COMPLAINT, calls="complaint")
    return made


def deeds(records: sa.Engine) -> list[str]:
    store = AuditStore(records)
    assert store.verify().broken is None
    return [row.kind for row in store.rows()]


def kept(records: sa.Engine, customer: Customer = CUSTOMER) -> dict[int, bool]:
    """Return number → stored only, of what the archive still has."""
    held = SqlArchiveRecords(records).of_customer(customer.key)
    return {int(one.id.rpartition("-")[2]): one.restricted for one in held}


def test_deleting_deletes_what_it_may_and_stores_the_rest_only(records: sa.Engine) -> None:
    put(records, chat(1, days=300), chat(2, days=5), complaint(3, days=300))
    put(records, chat(1, days=5, customer=OTHER))
    unanswered = SqlUnanswered(records)
    unanswered.propose(Proposal("第2个问题", "答", "li", f"{KEY}-2", NOW))
    unanswered.propose(Proposal("别人的问题", "答", "li", f"{OTHER.key}-1", NOW))
    done = invoke("data", "delete", "--customer", KEY, "--reason", "客户来电要求", "--by", "wang")
    assert done.exit_code == 0, done.output
    assert kept(records) == {2: True, 3: True}
    assert kept(records, OTHER) == {1: False}
    archive = SqlArchive(records)
    assert archive.of_customer(KEY) == []
    assert archive.get(f"{KEY}-2") is None
    assert [one.customer for one in archive.search(Period())] == [OTHER]
    since = NOW - timedelta(days=9)
    assert [one.text for one in archive.questions(since, UNKNOWN)] == ["第1个问题"]
    assert [one.question for one in unanswered.proposals(None)] == ["别人的问题"]
    assert deeds(records) == ["rights.delete_requested", "rights.deleted"]
    again = invoke("data", "delete", "--customer", KEY, "--reason", "再次")
    assert again.exit_code == 0
    assert kept(records) == {2: True, 3: True}


def test_archiving_again_does_not_bring_it_back(records: sa.Engine) -> None:
    made = chat(1, days=1)
    kept_whole = made.closed()
    archive = SqlArchive(records)
    archive.put(kept_whole)
    SqlArchiveRecords(records).restrict([kept_whole.id], NOW)
    archive.put(kept_whole)
    assert archive.get(kept_whole.id) is None


def test_the_export_holds_everything_in_readable_form(records: sa.Engine, tmp_path: Path) -> None:
    put(records, chat(1, days=300), complaint(3, days=2))
    put(records, chat(1, days=2, customer=OTHER))
    invoke("data", "delete", "--customer", KEY, "--reason", "先删除")
    chain = AuditStore(records)
    shown = {"notice": {"id": "fund-risk", "version": "2026-01", "category": "fund"}}
    chain.append([AuditEntry(f"{KEY}-3", "1-0", "notice.shown", "bot", NOW, shown)])
    target = tmp_path / "all.zip"
    done = invoke("data", "export", "--customer", KEY, "--output", str(target))
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(target) as bundle:
        [conversation] = json.loads(bundle.read("conversations.json"))
        audit = json.loads(bundle.read("audit.json"))
        page = bundle.read("index.html").decode()
    assert conversation["id"] == f"{KEY}-3"
    assert conversation["stored_only"] is True
    assert [one["text"] for one in conversation["messages"]] == ["我要投诉", "答：我要投诉"]
    assert "fund-risk" in json.dumps([row["data"] for row in audit])
    assert "我要投诉" in page
    assert OTHER.key not in page
    assert deeds(records)[-1] == "rights.exported"


def test_nothing_goes_while_a_conversation_is_open_or_not_archived(
    settings: Settings, records: sa.Engine
) -> None:
    put(records, chat(1, days=300))

    async def talk() -> str:
        async with Redis.from_url(settings.store_url, decode_responses=True) as client:
            await client.hset(f"yq:{{{KEY}}}:customer", "n", "1")
            store = RedisConversations(client, Seal(), Wake(client))
            accepted = await store.accept(CUSTOMER, Incoming("c-1", "还在说话"))
            return accepted.conversation_id

    async def close(identifier: str) -> None:
        async with Redis.from_url(settings.store_url, decode_responses=True) as client:
            store = RedisConversations(client, Seal(), Wake(client))
            turns = RedisTurns(client, "test")
            lease = await store.acquire(identifier)
            assert lease is not None
            await client.delete(f"yq:{{{KEY}}}:2:mailbox")
            await store.abandon(lease)
            await store.close(identifier, 1, "customer")
            await turns.finish(identifier)

    async def archive(identifier: str) -> None:
        async with Redis.from_url(settings.store_url, decode_responses=True) as client:
            store = RedisConversations(client, Seal(), Wake(client))
            await client.set(f"yq:{{{identifier}}}:tracker", "raw")
            await Archiver(store, RedisTurns(client, "test"), SqlArchive(records)).work()

    async def left() -> set[str]:
        async with Redis.from_url(settings.store_url, decode_responses=True) as client:
            return {key async for key in client.scan_iter("yq:*")}

    identifier = asyncio.run(talk())
    assert identifier == f"{KEY}-2"
    request = ("data", "delete", "--customer", KEY, "--reason", "删除")
    assert invoke(*request).exit_code == 1
    asyncio.run(close(identifier))
    assert invoke(*request).exit_code == 1
    assert kept(records) == {1: False}, "refused before anything was deleted"
    asyncio.run(archive(identifier))
    done = invoke(*request)
    assert done.exit_code == 0, done.output
    assert kept(records) == {2: True}
    customer = f"yq:{{{KEY}}}:customer"
    keys = {key for key in asyncio.run(left()) if ":seen:" not in key}
    assert keys == {customer}, "the count of conversations is all that is left"

    async def fields() -> object:
        async with Redis.from_url(settings.store_url, decode_responses=True) as client:
            return await client.hgetall(customer)

    assert asyncio.run(fields()) == {"n": "2"}


def test_a_hold_stops_deletion_and_purge_until_it_is_released(records: sa.Engine) -> None:
    put(records, chat(1, days=2000), chat(2, days=1999), chat(1, days=2000, customer=OTHER))
    assert invoke("data", "hold", "--customer", KEY, "--reason", "诉讼").exit_code == 0
    assert "诉讼" in invoke("data", "holds").output
    assert invoke("data", "hold", "--customer", KEY, "--reason", "别的").exit_code == 1
    assert invoke("data", "delete", "--customer", KEY, "--reason", "删除").exit_code == 1
    assert invoke("data", "purge").exit_code == 0
    assert kept(records) == {1: False, 2: False}
    assert kept(records, OTHER) == {}
    assert invoke("data", "release", "--customer", KEY, "--reason", "结案").exit_code == 0
    assert invoke("data", "release", "--customer", KEY, "--reason", "结案").exit_code == 1
    one = ("--conversation", f"{KEY}-1")
    assert invoke("data", "hold", *one, "--reason", "取证").exit_code == 0
    assert invoke("data", "delete", "--customer", KEY, "--reason", "删除").exit_code == 0
    assert kept(records) == {1: False}, "on hold: neither deleted nor changed"
    assert invoke("data", "purge").exit_code == 0
    assert kept(records) == {1: False}
    assert invoke("data", "release", *one, "--reason", "完成").exit_code == 0
    assert invoke("data", "purge").exit_code == 0
    assert kept(records) == {}
    assert deeds(records) == [
        "rights.hold_placed",
        "retention.purged",
        "rights.hold_released",
        "rights.hold_placed",
        "rights.delete_requested",
        "rights.deleted",
        "rights.hold_released",
        "retention.purged",
    ]


def test_a_dry_run_tells_what_would_go_and_leaves_it(
    settings: Settings, records: sa.Engine
) -> None:
    put(records, chat(1, days=1200), chat(2, days=5), complaint(3, days=1200))
    logs = settings.var / "logs"
    logs.mkdir(parents=True)
    old, present = logs / "yinqiao.log.2025-01-01", logs / "yinqiao.log"
    old.touch()
    present.touch()
    os.utime(old, (0, 0))
    os.utime(present, (0, 0))
    early = NOW - timedelta(days=2000)
    chain = AuditStore(records)
    chain.append([AuditEntry("desk", "1", "desk.login", "li", early)])
    told = invoke("data", "purge", "--dry-run")
    assert told.exit_code == 0, told.output
    assert kept(records) == {1: False, 2: False, 3: False}
    assert old.exists()
    done = invoke("data", "purge")
    assert done.output == told.output.replace("nothing was deleted\n", "")
    assert kept(records) == {2: False}
    assert not old.exists()
    assert present.exists()
    assert deeds(records) == ["audit.trimmed", "retention.purged"]


def test_evidence_comes_as_a_table_and_as_a_page(records: sa.Engine, tmp_path: Path) -> None:
    chain = AuditStore(records)
    notice = {"id": "fund-risk", "version": "2026-01", "category": "fund"}
    chain.append(
        [
            AuditEntry(f"{KEY}-1", "1-0", "notice.shown", "bot", NOW, {"notice": notice}),
            AuditEntry("desk", "2", "desk.login", "li", NOW),
        ]
    )
    page, table = tmp_path / "evidence.html", tmp_path / "evidence.csv"
    done = invoke("audit", "export", "--conversation", f"{KEY}-1", "--output", str(page))
    assert done.exit_code == 0, done.output
    assert "fund-risk" in page.read_text("utf-8")
    assert "desk.login" not in page.read_text("utf-8")
    day = NOW.strftime("%Y-%m-%d")
    late = (NOW + timedelta(days=1)).strftime("%Y-%m-%d")
    period = ("--from", day, "--to", late, "--format", "csv", "--by", "=cmd")
    done = invoke("audit", "export", *period, "--output", str(table))
    assert done.exit_code == 0, done.output
    assert "desk.login" in table.read_text("utf-8-sig")
    assert invoke("audit", "export", "--output", str(table)).exit_code == 2
    exported = chain.rows(Wanted(kinds=frozenset({"audit.exported"})))
    assert [row.actor for row in exported][1] == "operator:=cmd"
    head = f"{chain.head().seq}:{chain.head().hash}"
    assert invoke("audit", "verify", "--head", head).exit_code == 0
    assert invoke("audit", "verify", "--head", f"1:{'0' * 64}").exit_code == 1
    assert invoke("audit", "verify", "--head", "nonsense").exit_code == 2
