"""The catalogue of content in this installation, and what comes into it from folders."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from compliance.audit import AuditEntry
from compliance.audit_store import AuditLog, AuditStore
from compliance.errors import AuditUnavailable
from compliance.notices import NoticeBook
from compliance.wording import Judge, Wording
from knowledge_base.article import Article
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import CatalogueUnavailable
from knowledge_base.catalogue.revision import Kind, Person, Revision, State
from knowledge_base.catalogue.sql_store import SqlCatalogue
from knowledge_base.errors import ContentInvalid
from knowledge_base.exchange.document import Draft
from knowledge_base.exchange.reader import read
from knowledge_base.loader import load_folder
from knowledge_base.values import load_values
from yinqiao.records import open_records
from yinqiao.settings import ROOT, Settings
from yinqiao.understanding import wording_judge

CONTENT = ROOT / "knowledge_base" / "content"
STARTER = Person("starter", "初始内容", may_edit=True, may_review=True)
OPERATOR = Person("operator", "系统管理员", may_edit=True, may_review=True)
"""Who acts on the command line: whoever may log in to the machine may do anything anyway."""


@dataclass(frozen=True, slots=True)
class ContentAudit:
    """The catalogue's audit port on the audit chain."""

    log: AuditLog

    def record(self, event: str, by: str, subject: str, details: Mapping[str, str]) -> None:
        """See `knowledge_base.catalogue.ports.Audit`."""
        key = uuid.uuid4().hex
        entry = AuditEntry(subject, key, event, f"staff:{by}", datetime.now(UTC), dict(details))
        try:
            self.log.append([entry])
        except AuditUnavailable as error:
            raise CatalogueUnavailable from error


def wording_check(judge: Judge | None = None) -> Callable[[str], list[str]]:
    """Return the gate's wording check in the form the knowledge base takes."""
    wording = Wording.load(judge=judge)
    return lambda text: [f"{found.words}: {found.why}" for found in wording.check(text)]


def open_catalogue(settings: Settings) -> Catalogue:
    """Return the catalogue."""
    engine = open_records(settings)
    audit = ContentAudit(AuditStore(engine))
    check = wording_check(wording_judge(settings))
    return Catalogue(SqlCatalogue(engine), audit, lambda: datetime.now(UTC), check)


def load_content(folder: Path = CONTENT) -> list[Article]:
    """Read and validate a folder of content, its wording included; raises `ContentInvalid`."""
    return load_folder(folder, check=wording_check())


def load_starter(catalogue: Catalogue) -> list[Revision]:
    """Bring the starter content in; what the bank has written itself is left alone."""
    values = load_values(CONTENT)
    return catalogue.load(load_content(), values, STARTER, State.PUBLISHED, overwrite=False)


def load_notices(catalogue: Catalogue, day: date) -> list[Revision]:
    """Bring the shipped notices in; those the bank has written itself are left alone."""
    return catalogue.load_notices(NoticeBook.load().notices, STARTER, day)


def import_folder(catalogue: Catalogue, folder: Path, *, drafts: bool) -> list[Revision]:
    """Bring a folder of valid content in, as published content or as drafts for review.

    Raises:
        ContentInvalid: with every fault of every file; nothing is stored.
    """
    state = State.DRAFT if drafts else State.PUBLISHED
    return catalogue.load(load_content(folder), load_values(folder), OPERATOR, state)


def import_file(catalogue: Catalogue, path: Path) -> list[Revision]:
    """Bring a document or a list in as drafts for review.

    Raises:
        ImportRefused: the file cannot be read.
        ContentInvalid: parts of it can not; nothing is stored.
    """
    titles = {item.id: str(item.shown.content["title"]) for item in catalogue.items()}
    found = read(path.name, path, titles)
    if found.problems:
        raise ContentInvalid(found.problems)
    return [_draft(catalogue, draft) for draft in found.drafts]


def _draft(catalogue: Catalogue, draft: Draft) -> Revision:
    if not draft.changes:
        return catalogue.create(OPERATOR, Kind.ARTICLE, draft.id, draft.content())
    opened = catalogue.edit(OPERATOR, Kind.ARTICLE, draft.changes)
    return catalogue.save(
        OPERATOR, opened, {**opened.content, **draft.content(), "id": opened.item}
    )
