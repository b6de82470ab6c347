"""`yinqiao audit export`: evidence out of this installation's chain and archive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from compliance.audit import AuditEntry
from compliance.audit_store import AuditStore
from compliance.clock import utc_now
from compliance.evidence import Dossier, EvidenceBook, Scope
from compliance.evidence_file import EvidenceWords
from compliance.evidence_report import to_csv, to_html
from conversation.sql_archive_records import SqlArchiveRecords
from yinqiao.records import open_records
from yinqiao.settings import Settings


def write_evidence(settings: Settings, scope: Scope, form: str, output: Path, by: str) -> Dossier:
    """Write the evidence of a scope as `csv` or `html`; that it was taken is recorded in the chain.

    Raises `AuditUnavailable`, `ArchiveUnavailable`, OSError.
    """
    now = utc_now()
    records = open_records(settings)
    chain, archive = AuditStore(records), SqlArchiveRecords(records)
    words = EvidenceWords.load()

    def texts(conversation: str) -> Mapping[str, str]:
        held = archive.read(conversation)
        return {entry.id: entry.text for entry in held.log} if held else {}

    dossier = EvidenceBook(chain, words, texts).of(scope)
    if form == "csv":
        output.write_bytes(to_csv(dossier, words))
    else:
        output.write_text(to_html(dossier, words, now), "utf-8")
    chain.append([_exported(dossier, by, now)])
    return dossier


def _exported(dossier: Dossier, by: str, now: datetime) -> AuditEntry:
    scope = dossier.scope
    data = {
        "conversation": scope.conversation,
        "start": scope.start.isoformat() if scope.start else "",
        "end": scope.end.isoformat() if scope.end else "",
        "facts": len(dossier.evidence),
    }
    # Two of one moment about the same rows are one: nothing was read in between.
    key = f"{now.isoformat()} {dossier.head.seq}"
    return AuditEntry("audit", key, "audit.exported", by, now, data)
