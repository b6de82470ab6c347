"""The contract of `ArchiveRecords`, for SQL on every database and for the double alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from conversation.archive import Archive, Period
from conversation.archive_records import ArchiveRecords
from conversation.archive_tables import metadata
from conversation.memory_archive import MemoryArchive
from conversation.memory_archive_records import MemoryArchiveRecords
from conversation.message import SourceRef
from conversation.sql_archive import SqlArchive
from conversation.sql_archive_records import SqlArchiveRecords
from conversation.turn import Route
from tests.unit.conversation.logs import START, Log

FAR = START + timedelta(days=1)
Both = tuple[Archive, ArchiveRecords]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Both]:
    if request.param == "memory":
        memory = MemoryArchive()
        yield memory, MemoryArchiveRecords(memory)
        return
    sqlite = request.param == "sqlite"
    server = "" if sqlite else str(request.getfixturevalue("postgresql_server"))
    engine = sa.create_engine(server or f"sqlite:///{tmp_path / 'records.db'}")
    metadata.drop_all(engine)
    archive = SqlArchive(engine)
    archive.create()
    yield archive, SqlArchiveRecords(engine)
    engine.dispose()


def filled(archive: Archive) -> tuple[str, str]:
    """Archive a plain conversation and a complaint; returns their ids."""
    plain, complaint = Log(number=1), Log(number=2)
    source = SourceRef("card-loss", "怎么挂失", revision="a")
    plain.ask("卡丢了", Route.REFUSE, sources=(source,))
    complaint.ask("我要投诉", Route.COMPLAINT, calls="complaint")
    archive.put(plain.closed())
    archive.put(complaint.closed())
    return plain.id, complaint.id


def test_stored_only_is_found_by_nobody_else(both: Both) -> None:
    archive, records = both
    plain, complaint = filled(archive)
    whole = archive.get(plain)
    assert whole is not None
    records.restrict([plain], FAR)
    records.restrict([plain], FAR)
    archive.put(whole)
    assert archive.get(plain) is None
    assert records.read(plain) == whole
    assert [one.id for one in archive.of_customer(whole.customer.key)] == [complaint]
    assert [one.id for one in archive.search(Period())] == [complaint]
    assert archive.search(Period(), text="卡丢了") == []
    assert [one.text for one in archive.questions(START)] == ["我要投诉"]
    assert archive.quoted("card-loss") == []


def test_what_is_kept_is_told_apart(both: Both) -> None:
    archive, records = both
    plain, complaint = filled(archive)
    records.restrict([complaint], FAR)
    kept = records.of_customer(Log().customer.key)
    assert [(one.complaint, one.restricted) for one in sorted(kept, key=lambda k: k.id)] == [
        (False, False),
        (True, True),
    ]
    early = records.closed_before(FAR, complaint=False, restricted=False)
    assert [one.id for one in early] == [plain]
    early = records.closed_before(FAR, complaint=True, restricted=True)
    assert [one.id for one in early] == [complaint]
    assert records.closed_before(FAR, complaint=True, restricted=False) == []
    assert records.closed_before(START, complaint=False, restricted=False) == []


def test_deleting_removes_it_whole(both: Both) -> None:
    archive, records = both
    plain, complaint = filled(archive)
    records.restrict([plain], FAR)
    records.delete([plain])
    records.delete([plain])
    records.delete([])
    assert records.read(plain) is None
    assert archive.get(complaint) is not None
    assert [one.id for one in records.of_customer(Log().customer.key)] == [complaint]
