"""Writing and reading a whole backup; the order is the package's promise."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from compliance.audit import Head, Report
from compliance.audit_store import AuditStore
from compliance.errors import AuditUnavailable
from yinqiao.backup import live, records
from yinqiao.backup.errors import ChainBroken, NotEmpty, RecordsFailed, StillRunning
from yinqiao.backup.file import Manifest, opened, written
from yinqiao.records import connect_records
from yinqiao.settings import Settings


def back_up(settings: Settings, path: Path) -> Manifest:
    """Write a backup of a running or a stopped system; raises `BackupError`."""
    engine = connect_records(settings)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        with _translated(), written(path) as writer, live.open_store(settings) as store:
            keys = writer.part("store", live.dump(store))
            head = records.head(engine)
            manifest = Manifest(made, records.dump(engine, writer), keys, head)
            writer.finish(manifest)
    finally:
        engine.dispose()
    return manifest


def restore(settings: Settings, path: Path) -> Report:
    """Fill an empty, stopped installation, and verify its audit chain; raises `BackupError`."""
    _check_stopped(settings)
    engine = connect_records(settings)
    try:
        with (
            _translated(),
            opened(path) as reader,
            live.open_store(settings, must_rest=True) as store,
        ):
            if not live.is_empty(store):
                raise NotEmpty("the live store")
            records.load(engine, reader)
            live.load(store, reader.part("store"))
            return _verified(AuditStore(engine), reader.manifest.head)
    finally:
        engine.dispose()


def _verified(audit: AuditStore, head: str) -> Report:
    seq, _, digest = head.partition(":")
    report = audit.verify(noted=Head(int(seq), digest))
    if report.broken is not None:
        raise ChainBroken(report.broken)
    return report


def _check_stopped(settings: Settings) -> None:
    for port in (
        settings.gateway_port,
        settings.desk_port,
        settings.actions_port,
        settings.rasa_port,
    ):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise StillRunning(f"port {port}")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, AuditUnavailable) as error:
        raise RecordsFailed(error) from error
