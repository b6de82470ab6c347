"""A backup of a working system, restored into an empty place."""

from __future__ import annotations

import socket
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from typer.testing import CliRunner

from compliance.audit import AuditEntry
from compliance.audit_store import AuditStore
from conversation.conversation import Conversation, Customer
from conversation.message import Message
from conversation.ports import Incoming
from conversation.redis_scripts import seen_key
from conversation.redis_turns import RedisTurns
from handoff.accounts import Role
from tests.conftest import free_port
from tests.postgresql import new_database
from yinqiao.accounts import open_accounts
from yinqiao.backup.errors import (
    BackupError,
    ChainBroken,
    NotABackup,
    NotEmpty,
    RecordsFailed,
    StillRunning,
    StoreFailed,
    TooNew,
)
from yinqiao.backup.live import open_store
from yinqiao.backup.service import back_up, restore
from yinqiao.cli import app
from yinqiao.live_store import open_redis
from yinqiao.records import connect_records, open_records
from yinqiao.settings import Settings
from yinqiao.wiring import silent_conversations

WANG = Customer("web", "wang")
NAMES = ("gateway", "desk", "rasa", "actions", "valkey")
PASSWORD = "bridge-river-42"


@dataclass
class Works:
    """An installation at work, on the test run's Valkey."""

    settings: Settings
    redis: Redis
    conversation: Conversation
    log: list[Message]


@pytest.fixture
async def works(tmp_path: Path, valkey_url: str, redis_client: Redis) -> Works:
    settings = Settings(var=tmp_path / "old", redis_url=valkey_url)
    conversations = silent_conversations(redis_client)
    accepted = await conversations.accept(WANG, Incoming("1", "怎么挂失银行卡"))
    await RedisTurns(redis_client, "test").put(accepted.conversation_id)
    records, now = open_records(settings), datetime.now(UTC)
    AuditStore(records).append(
        [AuditEntry("web:wang", str(n), "message.sent", "bot", now, {"n": n}) for n in range(700)]
    )
    open_accounts(settings).create("zhou", "周晓", PASSWORD, [Role.EDITOR])
    with records.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO catalogue_comments (id, kind, item, number, author, at, text, field)"
                " VALUES (7, 'article', 'a', 1, 'zhou', '', '请复核', '')"
            )
        )
    records.dispose()
    return Works(
        settings,
        redis_client,
        await conversations.get(accepted.conversation_id),
        await conversations.log(accepted.conversation_id),
    )


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """Return an installation in which nothing is and nothing runs."""
    ports = {
        f"{name}_port": free_port() for name in ("valkey", "gateway", "desk", "rasa", "actions")
    }
    return Settings(var=tmp_path / "new", **ports)  # type: ignore[arg-type]


async def test_a_restored_conversation_goes_on(
    works: Works, empty: Settings, tmp_path: Path
) -> None:
    ttl = await works.redis.pttl(seen_key(WANG.key, "1"))
    manifest = back_up(works.settings, tmp_path / "backup")
    assert restore(empty, tmp_path / "backup").broken is None
    with open_store(empty) as store:
        assert len(store.keys()) == manifest.keys
        assert 0 < store.pttl(seen_key(WANG.key, "1")) <= ttl
        redis = open_redis(empty.store_url)
        conversations = silent_conversations(redis)
        assert await conversations.get(works.conversation.id) == works.conversation
        assert await conversations.log(works.conversation.id) == works.log
        again = await conversations.accept(WANG, Incoming("1", "怎么挂失银行卡"))
        assert again.duplicate
        assert (await conversations.accept(WANG, Incoming("2", "还有"))).conversation_id == (
            works.conversation.id
        )
        ticket = await anext(RedisTurns(redis, "other").take())
        assert ticket.conversation_id == works.conversation.id
        await redis.aclose()
    assert open_accounts(empty).verify("zhou", PASSWORD).may(Role.EDITOR)
    assert AuditStore(open_records(empty)).verify().count == 700


def test_records_may_move_to_postgresql(
    works: Works, empty: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = str(request.getfixturevalue("postgresql_server"))
    settings = empty.model_copy(update={"database_url": url})
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    back_up(works.settings, tmp_path / "backup")
    assert restore(settings, tmp_path / "backup").count == 700
    with engine.begin() as connection:
        comment = connection.execute(
            sa.text(
                "INSERT INTO catalogue_comments (kind, item, number, author, at, text, field)"
                " VALUES ('article', 'a', 1, 'zhou', '', '', '') RETURNING id"
            )
        )
        assert comment.scalar() == 8
    engine.dispose()
    back_up(settings.model_copy(update={"redis_url": works.settings.redis_url}), tmp_path / "again")
    with zipfile.ZipFile(tmp_path / "backup") as one, zipfile.ZipFile(tmp_path / "again") as two:
        assert one.read("records/audit.jsonl") == two.read("records/audit.jsonl")
    other = new_database(request.getfixturevalue("postgresql"))
    moved = empty.model_copy(update={"database_url": other, "var": tmp_path / "moved"})
    assert restore(moved, tmp_path / "again").count == 700


def test_a_backup_is_for_its_owner_only(works: Works, tmp_path: Path) -> None:
    back_up(works.settings, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600


def test_a_failed_backup_leaves_nothing_and_no_old_one_is_lost(
    works: Works, tmp_path: Path
) -> None:
    (tmp_path / "place").mkdir()
    target = tmp_path / "place" / "backup"
    target.write_bytes(b"yesterday's")
    dead = works.settings.model_copy(update={"redis_url": f"redis://127.0.0.1:{free_port()}/0"})
    with pytest.raises(StoreFailed):
        back_up(dead, target)
    cluster = works.settings.model_copy(update={"redis_url": "redis+cluster://127.0.0.1:1"})
    with pytest.raises(StoreFailed, match="cluster"):
        back_up(cluster, target)
    no_records = works.settings.model_copy(update={"var": tmp_path / "nothing"})
    with pytest.raises(RecordsFailed):
        back_up(no_records, target)
    assert [each.name for each in target.parent.iterdir()] == ["backup"]
    assert target.read_bytes() == b"yesterday's"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_restored_over_a_running_system(
    works: Works, empty: Settings, tmp_path: Path, name: str
) -> None:
    back_up(works.settings, tmp_path / "backup")
    port = getattr(empty, f"{name}_port")
    if name == "valkey":
        with open_store(empty), pytest.raises(StillRunning):
            restore(empty, tmp_path / "backup")
    else:
        with closing(socket.create_server(("127.0.0.1", port))), pytest.raises(StillRunning) as why:
            restore(empty, tmp_path / "backup")
        assert str(port) in str(why.value)
    assert not (empty.var / "records.db").exists()


def test_nothing_is_restored_over_records_or_a_store(
    works: Works, empty: Settings, tmp_path: Path
) -> None:
    back_up(works.settings, tmp_path / "backup")
    taken = empty.model_copy(update={"redis_url": works.settings.redis_url})
    with pytest.raises(NotEmpty, match="live store"):
        restore(taken, tmp_path / "backup")
    restore(empty, tmp_path / "backup")
    with pytest.raises(NotEmpty):
        restore(empty, tmp_path / "backup")


def test_what_is_no_backup_is_said(works: Works, empty: Settings, tmp_path: Path) -> None:
    back_up(works.settings, tmp_path / "backup")
    whole = (tmp_path / "backup").read_bytes()
    with zipfile.ZipFile(tmp_path / "backup") as good:
        packed = good.getinfo("records/audit.jsonl").header_offset + 100
    broken = {
        f"flipped {at}": bytes((*whole[:at], whole[at] ^ 1, *whole[at + 1 :]))
        for at in range(packed, packed + 40, 8)
    }
    with zipfile.ZipFile(tmp_path / "other", "w") as other:
        other.writestr("manifest.json", "[]")
    broken |= {"empty": b"", "cut": whole[:-200]}
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    for name in ("missing", "other", *broken):
        with pytest.raises(NotABackup):
            restore(empty, tmp_path / name)


def test_a_later_version_s_backup_is_refused(works: Works, empty: Settings, tmp_path: Path) -> None:
    back_up(works.settings, tmp_path / "backup")
    with (
        zipfile.ZipFile(tmp_path / "backup") as old,
        zipfile.ZipFile(tmp_path / "later", "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b'"schema": "', b'"schema": "r9'))
    with pytest.raises(TooNew):
        restore(empty, tmp_path / "later")


def test_a_broken_chain_is_told(works: Works, empty: Settings, tmp_path: Path) -> None:
    with connect_records(works.settings).begin() as connection:
        connection.execute(sa.text("UPDATE audit SET actor = 'nobody' WHERE seq = 300"))
    back_up(works.settings, tmp_path / "backup")
    with pytest.raises(ChainBroken, match="300"):
        restore(empty, tmp_path / "backup")


def test_the_commands(works: Works, empty: Settings, tmp_path: Path) -> None:
    file = str(tmp_path / "backup")
    old = {
        "YINQIAO_VAR": str(works.settings.var),
        "YINQIAO_REDIS_URL": str(works.settings.redis_url),
    }
    new = {
        f"YINQIAO_{name.upper()}": str(value)
        for name, value in empty.model_dump(exclude_unset=True).items()
    }
    done = CliRunner().invoke(app, ["backup", file], env=old)
    assert done.exit_code == 0, done.output
    assert "signing key" in done.output
    done = CliRunner().invoke(app, ["restore", file], env=new)
    assert done.exit_code == 0, done.output
    assert "700 records, unbroken" in done.output
    done = CliRunner().invoke(app, ["restore", file], env=new)
    assert done.exit_code == 1
    assert NotEmpty.__doc__
    assert NotEmpty.__doc__.rstrip(".")[:20] in done.output
    assert issubclass(NotEmpty, BackupError)
