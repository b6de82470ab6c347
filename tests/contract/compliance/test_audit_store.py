"""P8 in SQL: appended once, in one chain, by however many; whatever is done to it shows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from compliance.audit import AuditEntry, Head, Report, Wanted
from compliance.audit_store import AUDIT, AUDIT_HEAD, AuditStore
from compliance.errors import AuditUnavailable

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
WRITER = """
import sys
import sqlalchemy as sa
from datetime import UTC, datetime
from compliance.audit import AuditEntry
from compliance.audit_store import AuditStore

url, name = sys.argv[1:]
options = {"connect_args": {"timeout": 30}} if url.startswith("sqlite") else {}
store = AuditStore(sa.create_engine(url, **options))
for number in range(25):
    at = datetime.now(UTC)
    store.append([AuditEntry(name, str(number), "test", "process", at, {"n": number})])
    store.append([AuditEntry("shared", str(number), "test", "process", at, {"n": number})])
"""


def _entries(subject: str, count: int, first: int = 0) -> list[AuditEntry]:
    return [
        AuditEntry(subject, str(number), "message.sent", "bot", AT, {"text": f"第{number}句"})
        for number in range(first, first + count)
    ]


def test_an_empty_chain_is_whole(store: AuditStore) -> None:
    assert store.head() == Head()
    assert store.verify() == Report(0, None)
    assert store.rows() == []


def test_appended_rows_are_chained_and_read_back(store: AuditStore) -> None:
    first = store.append(_entries("a", 3))
    second = store.append(_entries("b", 2))
    assert [row.seq for row in first + second] == [1, 2, 3, 4, 5]
    assert store.rows() == first + second
    assert store.rows(Wanted("b")) == second
    assert store.rows(after=1, limit=2) == first[1:]
    assert store.head() == Head(5, second[-1].hash)
    assert store.verify(chunk=2) == Report(5, None)


def test_the_same_entry_is_recorded_once(store: AuditStore) -> None:
    store.append(_entries("a", 3))
    fresh = store.append([*_entries("a", 5), *_entries("a", 5)])
    assert [row.key for row in fresh] == ["3", "4"]
    assert store.append(_entries("a", 5)) == []
    assert store.append([]) == []
    assert store.verify() == Report(5, None)


def test_large_batches(store: AuditStore) -> None:
    assert len(store.append(_entries("a", 1500))) == 1500
    assert len(store.append(_entries("a", 1600))) == 100
    assert store.verify() == Report(1600, None)


def test_creating_twice_keeps_what_is_there(store: AuditStore) -> None:
    store.append(_entries("a", 2))
    store.create()
    assert store.verify() == Report(2, None)


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        (sa.update(AUDIT).where(AUDIT.c.seq == 3).values(data="{}"), 3),
        (sa.update(AUDIT).where(AUDIT.c.seq == 1).values(actor="nobody"), 1),
        (sa.delete(AUDIT).where(AUDIT.c.seq == 2), 2),
        (sa.delete(AUDIT).where(AUDIT.c.seq == 5), 5),
        (sa.delete(AUDIT).where(AUDIT.c.seq > 3), 4),
        (sa.update(AUDIT).where(AUDIT.c.seq == 5).values(seq=9), 5),
        (sa.update(AUDIT_HEAD).values(seq=4), 4),
        (sa.update(AUDIT_HEAD).values(hash="0" * 64), 5),
        (sa.delete(AUDIT_HEAD), 1),
    ],
)
def test_damage_is_found_where_it_was_done(
    store: AuditStore, engine: sa.Engine, damage: sa.Update | sa.Delete, broken: int
) -> None:
    store.append(_entries("a", 5))
    with engine.begin() as connection:
        connection.execute(damage)
    assert store.verify(chunk=2).broken == broken


def test_many_threads_make_one_chain(store: AuditStore) -> None:
    def work(number: int) -> None:
        for entry in _entries(f"thread-{number}", 10):
            store.append([entry])
        store.append(_entries("shared", 10))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert store.verify() == Report(90, None)


def test_several_processes_make_one_chain(store: AuditStore, url: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, f"process-{number}"], cwd=ROOT)
        for number in range(3)
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert store.verify() == Report(100, None)
    assert [row.key for row in store.rows(Wanted("shared"))] == [str(n) for n in range(25)]


def test_a_failed_append_leaves_nothing(store: AuditStore) -> None:
    store.append(_entries("a", 1))
    bad = AuditEntry("a", "x", "test", "bot", AT, {"not json": object()})
    with pytest.raises(TypeError):
        store.append([*_entries("a", 3), bad])
    assert store.verify() == Report(1, None)
    assert len(store.append(_entries("a", 3))) == 2


def test_a_database_that_is_not_there(engines: Callable[[str], sa.Engine], tmp_path: Path) -> None:
    store = AuditStore(engines(f"sqlite:///{tmp_path / 'nowhere' / 'audit.db'}"))
    with pytest.raises(AuditUnavailable):
        store.append(_entries("a", 1))
    with pytest.raises(AuditUnavailable):
        store.verify()
