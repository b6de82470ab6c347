"""Publications in this installation: who builds, who is told, and the starter content."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

from compliance.audit_store import AuditStore
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.revision import Publication
from knowledge_base.errors import SnapshotError
from knowledge_base.publication import regression
from knowledge_base.publication.notices import NoticePublisher
from knowledge_base.publication.publisher import Publisher
from knowledge_base.publication.redis_announcer import RedisAnnouncer
from knowledge_base.retrieval.search import BANK_ZONE, Searcher
from yinqiao.content import (
    CONTENT,
    STARTER,
    ContentAudit,
    load_notices,
    load_starter,
    open_catalogue,
)
from yinqiao.knowledge import builder_of, load_encoder
from yinqiao.live_store import open_blocking
from yinqiao.records import open_records
from yinqiao.settings import Settings
from yinqiao.setup import Progress
from yinqiao.wiring import open_shelf

_STARTING = "初始内容随安装发布"


def open_publisher(settings: Settings, catalogue: Catalogue) -> Publisher:
    """Return the publisher; replicas that Redis does not reach see the pointer file."""
    return Publisher(
        catalogue,
        settings.snapshots_dir,
        builder_of(settings),
        checks=regression.load(CONTENT / "regression.yml"),
        announcer=RedisAnnouncer(partial(open_blocking, settings.store_url)),
        audit=ContentAudit(AuditStore(open_records(settings))),
        clock=lambda: datetime.now(UTC),
    )


def notice_publisher(settings: Settings, catalogue: Catalogue) -> NoticePublisher:
    """Return what puts approved notices in service."""
    return NoticePublisher(catalogue, open_shelf(settings), lambda: datetime.now(UTC))


def publish_starter(settings: Settings, progress: Progress) -> Publication | None:
    """Bring in the starter content, and publish when it is new or nothing usable is in service."""
    catalogue = open_catalogue(settings)
    load_notices(catalogue, today())
    notice_publisher(settings, catalogue).settle()
    if not load_starter(catalogue) and _usable(settings):
        return None
    publisher = open_publisher(settings, catalogue)
    candidate = publisher.prepare(today(), progress)
    return publisher.release(candidate, STARTER, _STARTING)


def today() -> date:
    """Return the bank's calendar day."""
    return datetime.now(BANK_ZONE).date()


def _usable(settings: Settings) -> bool:
    """Tell whether what is in service can be served by this code and its encoder."""
    try:
        Searcher.open(settings.snapshots_dir, load_encoder(settings))
    except SnapshotError:
        return False
    return True
