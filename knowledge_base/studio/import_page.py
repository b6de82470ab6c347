"""Import: a file becomes drafts that a person chooses from; export: everything in one file."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from nicegui import Client, events, ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Person
from knowledge_base.errors import KnowledgeError
from knowledge_base.exchange.document import Draft, Import
from knowledge_base.exchange.limits import load_limits
from knowledge_base.exchange.reader import SUFFIXES, read
from knowledge_base.studio import links
from knowledge_base.studio.drafting import Drafted, draft_all
from knowledge_base.studio.export_panel import ExportPanel
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.import_preview import ImportPreview, problem_line
from knowledge_base.studio.jobs import Job, Progress
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.progress_view import ProgressView
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import box, text
from knowledge_base.studio.visit import Visit

_WHY = "(files) => emit(files[0]?.failedPropValidation ?? '')"


def register(studio: Studio, shared: Shared) -> None:
    """Register GET /studio/import."""

    @ui.page(links.IMPORT, response_timeout=15)
    async def show(request: Request, client: Client) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        with frame(visit, "import", visit.labels.of("pages", "import")):
            ImportPage(visit, client)
        return None


class ImportPage:
    """One tab: upload, progress, preview, drafts."""

    def __init__(self, visit: Visit, client: Client) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._job = f"import {client.id}"
        labels = visit.labels
        client.on_delete(lambda: visit.shared.jobs.abandon(self._job))
        with box("page-head"):
            text(labels.of("pages", "import"), tag="h1")
        with box("split"):
            with box("panel"):
                text(labels("import"), tag="h2")
                if visit.person.may_edit:
                    self._build_upload()
                else:
                    text(labels.of("errors", "not_allowed"), "muted")
            ExportPanel(visit)
        self._progress = ProgressView(visit)
        self._result = box("", data_testid="import-result")

    def _build_upload(self) -> None:
        labels = self._visit.labels
        most = load_limits().file_bytes
        text(labels("import_hint", megabytes=most // 2**20), "muted small")
        upload = ui.upload(
            auto_upload=True,
            max_file_size=most,
            on_upload=self._uploaded,
            label=labels("choose_file"),
        )
        upload.on("rejected", self._rejected, js_handler=_WHY)
        upload.props["accept"] = ",".join(SUFFIXES)
        upload.props("flat bordered").classes("upload")
        self._upload = upload

    def _rejected(self, event: events.GenericEventArguments) -> None:
        """Say why the browser did not even send the file."""
        self._refuse("unknown_kind" if event.args == "accept" else "too_large", "")

    def _refuse(self, code: str, said: str) -> None:
        self._result.clear()
        with self._result:
            words = self._visit.labels.of("errors", code)
            text(f"{words} {said}".strip(), "banner bad", role="alert", data_testid="refused")

    async def _uploaded(self, event: events.UploadEventArguments) -> None:
        await self._visit.guarded(lambda: self._read(event))()

    async def _read(self, event: events.UploadEventArguments) -> None:
        """Keep the file under a name of ours, read it in a thread, delete it."""
        person = await self._visit.who()
        name = event.file.name
        self._upload.reset()
        running = self._visit.shared.jobs.get(self._job)
        if running is not None and not running.over:
            self._visit.say("busy", kind="warning")
            return
        self._result.clear()
        path = Path(tempfile.gettempdir()) / f"yinqiao-import-{secrets.token_hex(16)}"
        await event.file.save(path)
        catalogue = self._visit.studio.catalogue

        def work(progress: Progress) -> Import:
            try:
                titles = {
                    item.id: str(item.shown.content.get("title") or "")
                    for item in catalogue.items(Filter())
                }
                return read(name, path, titles, lambda part: progress(part, ""))
            finally:
                path.unlink(missing_ok=True)

        job = self._visit.shared.jobs.start(self._job, person.login, work)
        self._progress.watch(job, self._visit.labels("reading", name=name), self._was_read)

    async def _was_read(self, job: Job) -> None:
        if isinstance(job.error, KnowledgeError):
            problems = getattr(job.error, "problems", ())
            said = "；".join(problem_line(self._visit.labels, problem) for problem in problems)
            self._refuse(job.error.code, said)
            return
        if job.error is not None:
            self._refuse("damaged", "")
            return
        self._result.clear()
        with self._result:
            ImportPreview(self._visit, job.result, self._make)

    async def _make(self, chosen: Sequence[Draft]) -> None:
        """Make drafts of what was chosen, in a thread."""
        person = await self._visit.who()
        job = self._visit.shared.jobs.start(self._job, person.login, self._drafter(person, chosen))
        self._progress.watch(job, self._visit.labels("drafting"), self._made)

    def _drafter(self, person: Person, chosen: Sequence[Draft]) -> Callable[[Progress], Drafted]:
        catalogue, note = self._visit.studio.catalogue, self._visit.labels("import_note")
        return lambda progress: draft_all(catalogue, person, chosen, note, progress)

    async def _made(self, job: Job) -> None:
        self._result.clear()
        if job.error is not None:
            self._visit.say("failed", kind="negative")
            return
        drafted: Drafted = job.result
        labels = self._visit.labels
        with self._result:
            counted = labels("drafted", made=len(drafted.made), changed=len(drafted.changed))
            text(counted, "banner good", data_testid="drafted")
            for item, error in drafted.refused:
                why = labels.of("errors", error.code)
                text(f"{item}：{why}", "banner bad", data_testid="not-drafted")
            drafted_link = "/studio?state=draft"
            text(labels("see_drafts"), tag="a", href=drafted_link, data_testid="see-drafts")
