"""The inspections' databases: every make that is supported, for real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from conversation.archive import Archive
from conversation.archive_records import ArchiveRecords
from conversation.archive_tables import metadata as archive_tables
from conversation.memory_archive import MemoryArchive
from conversation.memory_archive_records import MemoryArchiveRecords
from conversation.sql_archive import SqlArchive
from conversation.sql_archive_records import SqlArchiveRecords
from handoff.quality.memory_store import MemoryInspections
from handoff.quality.sql_store import SqlInspections
from handoff.quality.sql_tables import metadata
from handoff.quality.store import InspectionStore


@dataclass(frozen=True)
class Shelf:
    """An archive, and the inspections beside it."""

    archive: Archive
    records: ArchiveRecords
    inspections: InspectionStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    """Yield empty stores of each make."""
    if request.param == "memory":
        archive = MemoryArchive()
        yield Shelf(archive, MemoryArchiveRecords(archive), MemoryInspections(archive))
        return
    sqlite = request.param == "sqlite"
    url = (
        f"sqlite:///{tmp_path / 'records.db'}"
        if sqlite
        else str(request.getfixturevalue("postgresql_server"))
    )
    engine = sa.create_engine(url, **({"connect_args": {"timeout": 30}} if sqlite else {}))
    for tables in (archive_tables, metadata):
        tables.drop_all(engine)
        tables.create_all(engine)
    yield Shelf(SqlArchive(engine), SqlArchiveRecords(engine), SqlInspections(engine))
    engine.dispose()
