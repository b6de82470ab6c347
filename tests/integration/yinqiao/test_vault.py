"""Sealed copies in an installation: off they are nowhere; on they can be shown, and end in time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from compliance.audit import AuditRow
from compliance.audit_store import AuditStore
from compliance.redaction import Redactor
from compliance.rights.holds import Holding
from compliance.rights.terms import Keep, Kind, Term
from compliance.vault.errors import VaultUnavailable
from compliance.vault.sql_copies import SqlCopies
from connectors.ingress import Ingress
from conversation.conversation import Customer
from conversation.ports import Accepted
from tests.unit.conversation.doubles import Bench, EchoBot
from yinqiao.cli import app
from yinqiao.records import open_records
from yinqiao.retention.vault import VaultHolder
from yinqiao.settings import Settings
from yinqiao.vault import keeping
from yinqiao.web import web_context
from yinqiao.wiring import open_core

CUSTOMER, OTHER = Customer("web", "anna"), Customer("web", "bert")
PHONE, CODE = "13800138000", "884213"
SAID = f"我手机{PHONE}收不到短信，验证码是{CODE}"
REDACTOR = Redactor.load()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("YINQIAO_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("YINQIAO_VAULT", "true")
    return Settings()


@pytest.fixture
def records(settings: Settings) -> Iterator[sa.Engine]:
    engine = open_records(settings)
    yield engine
    engine.dispose()


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["data", *arguments], terminal_width=200)


async def say(settings: Settings, records: sa.Engine, customer: Customer = CUSTOMER) -> Accepted:
    bench = Bench(EchoBot())
    keep = keeping(settings, records, REDACTOR)
    ingress = Ingress(bench.store, bench.turns, lambda text: REDACTOR.redact(text).text, keep)
    return await ingress.accept(customer, "c-1", SAID)


def rows(records: sa.Engine, kind: str) -> list[AuditRow]:
    return [row for row in AuditStore(records).rows() if row.kind == kind]


def test_an_authorised_person_sees_a_value_for_a_recorded_reason(
    settings: Settings, records: sa.Engine
) -> None:
    accepted = asyncio.run(say(settings, records))
    one = ("--conversation", accepted.conversation_id)
    listed = invoke("masked", *one)
    assert accepted.message_id in listed.output
    assert "phone" in listed.output
    assert PHONE not in listed.output
    which = (*one, "--message", accepted.message_id, "--by", "wang")
    assert invoke("unmask", *which, "--reason", " ").exit_code != 0
    assert rows(records, "vault.unmasked") == []
    shown = invoke("unmask", *which, "--reason", "回电核对挂失")
    assert shown.exit_code == 0, shown.output
    assert PHONE in shown.output
    assert CODE not in shown.output
    (row,) = rows(records, "vault.unmasked")
    assert (row.actor, row.subject) == ("operator:wang", accepted.conversation_id)
    assert json.loads(row.data)["why"] == "回电核对挂失"
    assert invoke("renew-key", "--by", "wang").exit_code == 0
    assert PHONE in invoke("unmask", *which, "--reason", "再次核对").output
    assert [row.actor for row in rows(records, "vault.key_renewed")] == ["operator:wang"]


def test_nothing_on_the_disk_shows_a_value(settings: Settings, records: sa.Engine) -> None:
    asyncio.run(say(settings, records))
    assert len(SqlCopies(records).all()) == 1
    files = [path for path in settings.var.rglob("*") if path.is_file()]
    assert any(path.name == "records.db" for path in files)
    found = {
        secret for path in files for secret in (PHONE, CODE) if secret.encode() in path.read_bytes()
    }
    assert found == set()


@pytest.mark.usefixtures("redis_client")
async def test_off_nothing_is_anywhere(
    settings: Settings, records: sa.Engine, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YINQIAO_VAULT")
    monkeypatch.setenv("YINQIAO_REDIS_URL", valkey_url)
    plain = Settings()
    assert not plain.vault, "off unless it is wanted"
    async with open_core(plain) as core:
        accepted = await web_context(core).ingress.accept(CUSTOMER, "c-off", SAID)
        (message,) = await core.conversations.log(accepted.conversation_id)
    assert message.text == REDACTOR.redact(SAID).text
    assert SqlCopies(records).all() == []
    assert not (settings.var / "secrets" / "vault.keys").exists()


def test_off_nobody_sees_what_was_kept_before(
    settings: Settings, records: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted = asyncio.run(say(settings, records))
    monkeypatch.setenv("YINQIAO_VAULT", "false")
    which = ("--conversation", accepted.conversation_id, "--message", accepted.message_id)
    refused = invoke("unmask", *which, "--reason", "核对")
    assert refused.exit_code == 1
    assert PHONE not in refused.output
    assert rows(records, "vault.unmasked") == []


async def test_a_vault_that_fails_loses_a_copy_and_no_message() -> None:
    async def away(_: Accepted, __: str) -> None:
        raise VaultUnavailable

    bench = Bench(EchoBot())
    ingress = Ingress(bench.store, bench.turns, lambda text: REDACTOR.redact(text).text, away)
    accepted = await ingress.accept(CUSTOMER, "c", SAID)
    assert not bench.turns.is_quiet()
    assert (await bench.store.log(accepted.conversation_id))[0].text == REDACTOR.redact(SAID).text


async def test_a_repeated_message_keeps_the_first_text_s_values(
    settings: Settings, records: sa.Engine
) -> None:
    bench = Bench(EchoBot())
    keep = keeping(settings, records, REDACTOR)
    ingress = Ingress(bench.store, bench.turns, lambda text: REDACTOR.redact(text).text, keep)
    await ingress.accept(CUSTOMER, "c-1", "你好")
    await ingress.accept(CUSTOMER, "c-1", SAID)
    assert SqlCopies(records).all() == []


async def test_copies_go_on_request_and_in_time_but_not_under_a_hold(
    settings: Settings, records: sa.Engine
) -> None:
    mine, theirs = await say(settings, records), await say(settings, records, OTHER)
    copies = SqlCopies(records)
    holder = VaultHolder(copies)
    now = datetime.now(UTC)

    def keep(*held: str, days: int = 30, at: datetime = now) -> Keep:
        return Keep(at, {Kind.VAULT: Term(days)}, Holding(frozenset(held)))

    (told,) = await holder.export(CUSTOMER.key)
    assert (told["conversation"], told["kind"]) == (mine.conversation_id, "phone")
    assert PHONE not in str(told)
    held = await holder.erase(CUSTOMER.key, keep(mine.conversation_id))
    assert (held.deleted, held.held) == (0, 1)
    gone = await holder.erase(CUSTOMER.key, keep())
    assert (gone.deleted, gone.held) == (1, 0)
    assert [one.conversation for one in copies.all()] == [theirs.conversation_id]
    later = now + timedelta(days=31)
    assert (await holder.expire(keep(), dry_run=False)).deleted == 0
    assert (await holder.expire(keep(at=later), dry_run=True)).deleted == 1
    assert len(copies.all()) == 1
    assert (await holder.expire(keep(at=later), dry_run=False)).deleted == 1
    assert copies.all() == []
