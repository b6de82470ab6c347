"""`Publisher`: from approved texts to a snapshot that every replica serves, and back."""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from knowledge_base.article import Article
from knowledge_base.catalogue import workflow
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import ReasonNeeded
from knowledge_base.catalogue.ports import Audit
from knowledge_base.catalogue.revision import Person, Publication, Revision
from knowledge_base.errors import NoSnapshot, NothingToRollBack, SnapshotDamaged, SnapshotError
from knowledge_base.publication import regression
from knowledge_base.publication.errors import AnnouncerDown, CandidateStale, GotWorse
from knowledge_base.publication.noticed import NoticedCategories
from knowledge_base.publication.ports import Announcer
from knowledge_base.publication.regression import Check, Report
from knowledge_base.publication.trial import Trial
from knowledge_base.retrieval import publish as snapshots_in_service
from knowledge_base.retrieval import snapshot as snapshots
from knowledge_base.retrieval.build import Builder, silent
from knowledge_base.retrieval.snapshot import Pointer, Snapshot

logger = logging.getLogger(__name__)
READS = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snapshot that is written and compared, not yet in service."""

    snapshot: str
    day: date
    articles: int
    revisions: tuple[Revision, ...]
    """All that is in it."""
    changed: tuple[str, ...]
    """Ids of the articles that are added, altered or taken out."""
    report: Report
    base: str | None
    """The snapshot in service that it was compared with."""


class Publisher:
    """Publishes what the catalogue holds. Blocking: building takes minutes, so call it in a thread.

    Several processes may have one: deeds on the same snapshots come one after the other.
    """

    def __init__(  # noqa: PLR0913  -- every part is one that publishing consists of
        self,
        catalogue: Catalogue,
        root: Path,
        builder: Builder,
        *,
        checks: Sequence[Check],
        announcer: Announcer,
        audit: Audit,
        clock: Callable[[], datetime],
    ) -> None:
        """`checks` are those of `regression.load`; `clock` returns an aware time."""
        self._catalogue = catalogue
        self._root = root
        self._builder = builder
        self._checks = tuple(checks)
        self._announcer = announcer
        self._audit = audit
        self._clock = clock

    def prepare(
        self,
        day: date,
        progress: Callable[[str], None] = silent,
        include: frozenset[str] | None = None,
    ) -> Candidate:
        """Build what would be published on that day and compare it with what is in service.

        `include` names the items whose approved revision is taken; None: all that are due.

        Raises:
            BuildFailed, ContentInvalid: it cannot be built; what is in service stays.
        """
        revisions, articles = self._read(day, include)
        built = self._builder.build(articles, self._root, progress)
        name = self._name_in_service()
        base = self._usable(name)
        progress("checking against what is in service")
        return Candidate(
            snapshot=built.name,
            day=day,
            articles=len(built.articles),
            revisions=revisions,
            changed=_changed(base.articles if base else (), built.articles),
            report=self._compare(base, built, day),
            base=name,
        )

    def release(self, candidate: Candidate, by: Person, override: str = "") -> Publication:
        """Put a candidate in service, mark its revisions published, and tell every replica.

        Raises:
            NotAllowed: only a reviewer may publish.
            GotWorse: the regression set got worse and `override` gives no reason.
            CandidateStale: something else went into service since it was compared.
            EditConflict: an approval was taken back since; nothing is published.
            SnapshotDamaged: its files are no longer whole; what is in service stays.
        """
        workflow.may_review(by)
        reason, report = override.strip(), candidate.report
        if report.worse and not reason:
            raise GotWorse(report)
        with self._one_at_a_time():
            if self._name_in_service() != candidate.base:
                raise CandidateStale
            snapshots.load(self._root, candidate.snapshot)
            if report.worse:
                self._record("overridden", by, candidate.snapshot, reason, report)
            publication = self._catalogue.published(
                Publication(
                    candidate.snapshot,
                    by.login,
                    self._clock(),
                    candidate.articles,
                    candidate.changed,
                    override=reason if report.worse else "",
                    worse=report.worse_in_words,
                ),
                candidate.revisions,
            )
            snapshots_in_service.put_in_service(self._root, candidate.snapshot)
        self.announce(candidate.snapshot)
        return publication

    def roll_back(self, by: Person, snapshot: str | None = None, why: str = "") -> Publication:
        """Put an earlier snapshot back in service, by default the last one.

        Raises:
            NotAllowed: only a reviewer may.
            ReasonNeeded: `why` is empty.
            NothingToRollBack: there is none, or none of that name is kept.
            UnknownPublication: the catalogue has no record of it.
        """
        workflow.may_review(by)
        if not why.strip():
            raise ReasonNeeded
        with self._one_at_a_time():
            wanted = snapshot or next(iter(self.kept()), None)
            if wanted is None or wanted not in self.kept():
                raise NothingToRollBack
            snapshots.load(self._root, wanted)
            details = {"why": why.strip(), "from": self._name_in_service() or ""}
            self._audit.record("publication.rolled_back", by.login, wanted, details)
            publication = self._catalogue.rolled_back(wanted, by)
            snapshots_in_service.rollback(self._root, wanted)
        self.announce(wanted)
        return publication

    def kept(self) -> tuple[str, ...]:
        """Return the earlier snapshots that one may go back to, newest first."""
        try:
            return snapshots.read_pointer(self._root).previous
        except NoSnapshot:
            return ()

    def mend(self) -> str | None:
        """Finish a deed that a crash cut off: what the catalogue recorded last goes in service.

        Returns the snapshot's name when there was something to finish.
        """
        with self._one_at_a_time():
            recorded = next(iter(self._catalogue.publications()), None)
            if recorded is None or recorded.snapshot == self._name_in_service():
                return None
            try:
                if recorded.snapshot in self.kept():
                    snapshots_in_service.rollback(self._root, recorded.snapshot)
                else:
                    snapshots_in_service.put_in_service(self._root, recorded.snapshot)
            except SnapshotDamaged:
                logger.exception("the snapshot recorded last is gone; the present one stays")
                return None
        self.announce(recorded.snapshot)
        return recorded.snapshot

    def announce(self, snapshot: str) -> None:
        """Tell the replicas; those who do not hear it look at the pointer by themselves."""
        try:
            self._announcer.announce(snapshot)
        except AnnouncerDown:
            logger.warning("a publication was not announced; replicas find it by themselves")

    def served(self, snapshot: str) -> tuple[int, int]:
        """Return how many replicas serve this snapshot, and how many there are.

        Raises:
            AnnouncerDown.
        """
        serving = self._announcer.serving()
        return sum(one.snapshot == snapshot for one in serving), len(serving)

    def _read(
        self, day: date, include: frozenset[str] | None
    ) -> tuple[tuple[Revision, ...], list[Article]]:
        """Read revisions and the articles they make at one moment."""
        for _ in range(READS):
            revisions = self._catalogue.in_force(day, include)
            articles = self._catalogue.effective(day, include)
            if self._catalogue.in_force(day, include) == revisions:
                return tuple(revisions), articles
        message = "the content keeps changing while it is read"
        raise CandidateStale(message)

    def _compare(self, base: Snapshot | None, built: Snapshot, day: date) -> Report:
        checks = [*regression.checks_of(built.articles, day), *self._checks]
        noticed, encoder = NoticedCategories.load(self._clock()), self._builder.encoder
        before = regression.run(Trial(base, encoder), checks, noticed, day) if base else ()
        return regression.compare(
            before,
            regression.run(Trial(built, encoder), checks, noticed, day),
            _changed(base.articles if base else (), built.articles),
        )

    def _usable(self, name: str | None) -> Snapshot | None:
        """Load a snapshot; one that this code cannot use is nothing to compare with."""
        if name is None:
            return None
        try:
            loaded = snapshots.load(self._root, name)
        except SnapshotError:
            return None
        return loaded if loaded.manifest.encoder == self._builder.encoder.fingerprint else None

    def _name_in_service(self) -> str | None:
        try:
            return self._pointer().snapshot
        except NoSnapshot:
            return None

    def _pointer(self) -> Pointer:
        return snapshots.read_pointer(self._root)

    def _record(self, event: str, by: Person, subject: str, why: str, report: Report) -> None:
        details = {"why": why, "worse": "\n".join(report.worse_in_words)}
        self._audit.record(f"publication.{event}", by.login, subject, details)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Hold the lock of deeds, which is not the pointer's own lock."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / ".deed").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _changed(before: Sequence[Article], after: Sequence[Article]) -> tuple[str, ...]:
    old = {article.id: article.revision for article in before}
    new = {article.id: article.revision for article in after}
    return tuple(sorted(id_ for id_ in old | new if old.get(id_) != new.get(id_)))
