"""Search as it serves customers: one question in, a decision and its articles out."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from knowledge_base.answer import make_answer
from knowledge_base.errors import (
    EncoderMismatch,
    KnowledgeError,
    SnapshotDamaged,
    UnknownArticle,
)
from knowledge_base.retrieval import snapshot as snapshots
from knowledge_base.retrieval.service import Hit, Result, Service
from language.encoder import Encoder
from language.normalise import compact, normalise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from knowledge_base.answer import Answer, Channel
    from knowledge_base.article import Article, Audience
    from knowledge_base.retrieval.encoding import SentenceEncoder
    from knowledge_base.retrieval.snapshot import Snapshot

    EncoderLoader = Callable[[Path], SentenceEncoder]

logger = logging.getLogger(__name__)

BANK_ZONE = ZoneInfo("Asia/Shanghai")
"""Articles come into force and expire at midnight where the bank is."""
DEPTH = 3
LOAD_TRIES = 3

__all__ = ["Hit", "Result", "Searcher"]


class Searcher:
    """Searches the snapshot in service; threads may share one."""

    def __init__(
        self, root: Path, encoder: SentenceEncoder, own_encoder: EncoderLoader = Encoder.load
    ) -> None:
        """Use `open`: this loads nothing."""
        self._root = root
        self._encoder = encoder
        self._own_encoder = own_encoder
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._service: Service | None = None
        self.last_error: KnowledgeError | None = None

    @classmethod
    def open(
        cls, root: Path, encoder: SentenceEncoder, *, own_encoder: EncoderLoader = Encoder.load
    ) -> Searcher:
        """Load the snapshot in service below `root`.

        `own_encoder` loads the encoder of snapshots that bring one.

        Raises:
            NoSnapshot, SnapshotDamaged, EncoderMismatch.
        """
        searcher = cls(root, encoder, own_encoder)
        seen = searcher._pointer_mark()
        searcher._service = searcher._load()
        searcher._seen = seen
        return searcher

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot in service now."""
        return self._current().snapshot

    def search(
        self,
        text: str,
        *,
        audience: Audience = "customer",
        at: date | datetime | None = None,
        context: str | None = None,
        depth: int = DEPTH,
    ) -> Result:
        """Find what answers `text`.

        `at` is the time of asking (default now), `context` what the customer asked before, used
        only when `text` alone is not enough; `depth` limits the hits. A `clarify` has at least
        two options whenever two articles may be shown.
        """
        start = time.perf_counter()
        service = self._current()
        view = service.view(audience, _day(at))
        clean = normalise(text)
        result = service.find(view, clean, depth)
        if context and result.decision != "answer" and compact(clean):
            result = service.follow_up(view, (clean, normalise(context)), result, depth)
        return replace(result, latency_ms=(time.perf_counter() - start) * 1000.0)

    def article(
        self,
        article_id: str,
        *,
        audience: Audience = "customer",
        at: date | datetime | None = None,
    ) -> Article:
        """Return an article this audience may read at that time.

        Raises:
            UnknownArticle: there is none, or it may not be shown.
        """
        service = self._current()
        number = service.number.get(article_id, -1)
        if number not in service.view(audience, _day(at)).visible:
            raise UnknownArticle
        return service.snapshot.articles[number]

    def answer(
        self,
        article_id: str,
        *,
        channel: Channel = "web",
        audience: Audience = "customer",
        at: date | datetime | None = None,
    ) -> Answer:
        """Return an article as it is given to a customer; raises as `article` does."""
        return make_answer(self.article(article_id, audience=audience, at=at), channel)

    def _current(self) -> Service:
        """Return the service, after picking up a pointer that has changed.

        One thread loads while the others go on with the old snapshot. A snapshot that cannot be
        loaded leaves the old one in service and is not tried again until the pointer changes.
        """
        if self._pointer_mark() != self._seen and self._lock.acquire(blocking=False):
            try:
                seen = self._pointer_mark()
                if seen != self._seen:
                    self._reload(seen)
            finally:
                self._lock.release()
        if self._service is None:
            raise SnapshotDamaged
        return self._service

    def _reload(self, seen: tuple[int, int, int] | None) -> None:
        try:
            self._service = self._load()
            self.last_error = None
        except KnowledgeError as error:
            logger.exception("the new snapshot cannot be used; the old one stays in service")
            self.last_error = error
        self._seen = seen

    def _load(self) -> Service:
        """Load what the pointer names; a publication in between may have removed it: try again."""
        for attempt in range(1, LOAD_TRIES + 1):
            name = snapshots.read_pointer(self._root).snapshot
            try:
                loaded = snapshots.load(self._root, name)
                break
            except SnapshotDamaged:
                if attempt == LOAD_TRIES or name == snapshots.read_pointer(self._root).snapshot:
                    raise
        if loaded.manifest.encoder != self._encoder.fingerprint:
            raise EncoderMismatch
        return Service(loaded, self._encoder, self._tuned(loaded))

    def _tuned(self, loaded: Snapshot) -> SentenceEncoder | None:
        if loaded.manifest.tuned is None:
            return None
        serving = self._service.tuned if self._service else None
        if serving is not None and serving.fingerprint == loaded.manifest.tuned:
            return serving  # what changed leaves what tuning reads as it was: half the time to load
        tuned = self._own_encoder(loaded.folder / snapshots.ENCODER)
        if tuned.fingerprint != loaded.manifest.tuned:
            raise EncoderMismatch
        return tuned

    def _pointer_mark(self) -> tuple[int, int, int] | None:
        """Return the pointer's mark; one that is gone is as good as one that has not changed."""
        return snapshots.pointer_mark(self._root) or self._seen


def _day(at: date | datetime | None) -> date:
    """Return the bank's calendar day."""
    if at is None:
        return datetime.now(tz=BANK_ZONE).date()
    if isinstance(at, datetime):
        return (at.astimezone(BANK_ZONE) if at.tzinfo else at).date()
    return at
