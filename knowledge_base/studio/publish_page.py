"""Publishing: what would change, the regression report, the deed, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue import workflow
from knowledge_base.catalogue.errors import EditConflict, PublishedMeanwhile
from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Kind, Person, Publication, Revision
from knowledge_base.errors import KnowledgeError, SnapshotDamaged
from knowledge_base.publication.errors import CandidateStale
from knowledge_base.publication.publisher import Candidate, Publisher
from knowledge_base.studio import links
from knowledge_base.studio.dialogs import ask, confirm
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.jobs import Job, Progress
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.progress_view import ProgressView
from knowledge_base.studio.publications_view import PublicationsView
from knowledge_base.studio.report_view import report_view
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import box, button, link, text
from knowledge_base.studio.visit import Visit
from knowledge_base.studio.waiting_view import waiting_view

_JOB = "publish"
_HOPELESS = (CandidateStale, EditConflict, PublishedMeanwhile, SnapshotDamaged)
"""After these a candidate can never be released: another one must be prepared."""
_SHOWN = 60


def register(studio: Studio, shared: Shared) -> None:
    """Register GET /studio/publish."""

    @ui.page(links.PUBLISH, response_timeout=15)
    async def show(request: Request) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        with frame(visit, "publish", visit.labels.of("pages", "publish")):
            if studio.publisher is None:
                text(visit.labels("no_publisher"), "empty")
                return None
            page = PublishPage(visit, studio.publisher)
        await visit.guarded(page.load)()
        return None


class PublishPage:
    """One tab. The work itself belongs to the process: any tab shows how far it is."""

    def __init__(self, visit: Visit, publisher: Publisher) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._publisher = publisher
        self._jobs = visit.shared.jobs
        with box("page-head"):
            text(visit.labels.of("pages", "publish"), tag="h1")
        self._progress = ProgressView(visit)
        self._waiting = box()
        self._candidate = box("", data_testid="candidate")
        self._pending = box("panel", data_testid="pending").style("margin-bottom: 14px")
        self._publications = PublicationsView(visit, publisher, self.load)

    async def load(self) -> None:
        """Read what waits, what runs and what was published."""
        self._show_waiting()
        await self._load_pending()
        await self._publications.load()
        job = self._jobs.get(_JOB)
        if job is not None and not job.over:
            self._progress.watch(job, self._visit.labels("preparing"), self._prepared)
        elif job is not None:
            await self._prepared(job)

    def _show_waiting(self) -> None:
        waiting = self._visit.studio.waiting()
        self._waiting.clear()
        if waiting is not None:
            with self._waiting:
                waiting_view(self._visit.labels, waiting)

    async def _load_pending(self) -> None:
        catalogue, today = self._visit.studio.catalogue, self._today()

        def read(_: Person) -> tuple[list[str], list[Revision], Mapping[str, str]]:
            items = catalogue.items(Filter())
            titles = {item.id: str(item.shown.content.get("title") or "") for item in items}
            return catalogue.pending(today), catalogue.due(today), titles

        self._pending.clear()
        labels = self._visit.labels
        try:
            pending, due, titles = await self._visit.run(read)
        except KnowledgeError as error:
            with self._pending:
                text(labels("cannot_publish"), tag="h2")
                for problem in getattr(error, "problems", ()):
                    text(str(problem), "finding fault")
            self._visit.tell(error)
            return
        values = [revision.item for revision in due if revision.kind is Kind.VALUE]
        with self._pending:
            text(labels("pending", count=len(pending)), tag="h2", data_testid="pending-count")
            for item in pending[:_SHOWN]:
                with box("finding", data_testid="pending-item"):
                    link(titles.get(item) or item, links.item(Kind.ARTICLE, item))
                    text(item, "small muted", "span")
            for name in values:
                with box("finding"):
                    link(name, links.item(Kind.VALUE, name))
                    text(labels("a_value"), "small muted", "span")
            if len(pending) > _SHOWN:
                text(labels("unlisted", count=len(pending) - _SHOWN), "muted small")
            if not (pending or values):
                text(labels("nothing_pending"), "muted")
            elif self._visit.person.may_review:
                prepare = self._visit.guarded(self._prepare)
                button(labels("prepare"), prepare, "primary", data_testid="prepare")
            else:
                text(labels("only_reviewers"), "muted")

    def _today(self) -> date:
        return datetime.now(self._visit.studio.zone).date()

    async def _prepare(self) -> None:
        person = await self._visit.who()
        workflow.may_review(person)
        publisher, day = self._publisher, self._today()
        self._jobs.forget(_JOB)
        self._candidate.clear()
        job = self._jobs.start(
            _JOB, person.login, lambda progress: publisher.prepare(day, _steps(progress))
        )
        self._progress.watch(job, self._visit.labels("preparing"), self._prepared)

    async def _prepared(self, job: Job) -> None:
        self._candidate.clear()
        if isinstance(job.error, KnowledgeError):
            self._jobs.forget(_JOB)
            self._visit.tell(job.error)
        elif job.error is not None:
            self._jobs.forget(_JOB)
            self._visit.say("failed", kind="negative")
        else:
            self._show(job.result)

    def _show(self, candidate: Candidate) -> None:
        labels, report = self._visit.labels, candidate.report
        with self._candidate, box("panel stack").style("margin-bottom: 14px"):
            text(labels("candidate", articles=candidate.articles), tag="h2")
            report_view(labels, report)
            if not self._visit.person.may_review:
                return
            with box("buttons"):
                if report.worse:
                    text(labels("got_worse", count=len(report.worse)), "banner bad grow")
                    publish = self._visit.guarded(lambda: self._override(candidate))
                    button(labels("override"), publish, "danger", data_testid="override")
                else:
                    publish = self._visit.guarded(lambda: self._confirm(candidate))
                    button(labels("publish"), publish, "primary", data_testid="publish")
                button(labels("put_aside"), self._put_aside, "ghost", data_testid="put-aside")

    def _put_aside(self) -> None:
        self._jobs.forget(_JOB)
        self._candidate.clear()

    async def _override(self, candidate: Candidate) -> None:
        labels = self._visit.labels
        why = await ask(labels, labels("override"), hint=labels("override_hint"))
        if why is not None:
            await self._release(candidate, why)

    async def _confirm(self, candidate: Candidate) -> None:
        labels = self._visit.labels
        if await confirm(labels, labels("publish_title", count=len(candidate.changed))):
            await self._release(candidate, "")

    async def _release(self, candidate: Candidate, why: str) -> None:
        def release(by: Person) -> Publication:
            return self._publisher.release(candidate, by, why)

        try:
            await self._visit.run(release)
        except _HOPELESS:
            self._put_aside()
            raise
        self._put_aside()
        self._visit.say("published")
        await self.load()


def _steps(progress: Progress) -> Callable[[str], None]:
    """Return what takes the builder's messages: it does not say how many there will be."""
    part = 0.0

    def step(doing: str) -> None:
        nonlocal part
        part += (0.95 - part) / 5
        progress(part, doing)

    return step
