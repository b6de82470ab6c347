"""Questions without an answer, grouped: from here they become drafts or wordings of articles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.catalogue import workflow
from knowledge_base.catalogue.revision import Kind, Person
from knowledge_base.studio import links
from knowledge_base.studio.answering import Answering, ClusterDecided
from knowledge_base.studio.article_picker import pick_article
from knowledge_base.studio.dialogs import ask
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.proposals_view import ProposalsView
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import Choice, box, button, link, text
from knowledge_base.studio.visit import Visit
from knowledge_base.unanswered.clusters import Cluster
from knowledge_base.unanswered.marks import Marked, Status
from knowledge_base.unanswered.service import Unanswered

_SHOWN = 50


def register(studio: Studio, shared: Shared) -> None:
    """Register GET /studio/unanswered."""

    @ui.page(links.UNANSWERED, response_timeout=15)
    async def show(request: Request) -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        with frame(visit, "unanswered", visit.labels.of("pages", "unanswered")):
            if studio.unanswered is None:
                text(visit.labels("no_unanswered"), "empty")
                return None
            page = UnansweredPage(visit, studio.unanswered)
        ui.timer(0.05, visit.guarded(page.load), once=True)
        return None


class UnansweredPage:
    """One tab: clusters by how often they were asked, and what agents propose."""

    def __init__(self, visit: Visit, unanswered: Unanswered) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._unanswered = unanswered
        self._answering = Answering(visit.studio.catalogue, unanswered)
        self._wanted = "attention"
        self._found: Sequence[Marked] = ()
        labels = visit.labels
        with box("page-head"):
            text(labels.of("pages", "unanswered"), tag="h1")
            self._count = text(labels("gathering"), "muted", role="status", data_testid="count")
            box("grow")
            offered = labels.names["wanted_clusters"]
            Choice(offered, self._wanted, self._want, data_testid="wanted")
        self._proposals = ProposalsView(visit, unanswered, self._answering)
        self._list = box("stack", data_testid="clusters")

    async def load(self) -> None:
        """Cluster the questions in a thread: it may take seconds."""
        self._found = await self._visit.run(lambda _: self._unanswered.clusters())
        self._show()
        await self._proposals.load()

    def _want(self, wanted: str) -> None:
        self._wanted = wanted
        self._show()

    def _show(self) -> None:
        labels = self._visit.labels
        shown = [one for one in self._found if _is_wanted(one, self._wanted)]
        self._count.set_text(labels("clusters", count=len(shown)))
        self._list.clear()
        with self._list:
            for marked in shown[:_SHOWN]:
                self._cluster(marked)
            if not shown:
                text(labels("nothing_unanswered"), "empty")
            if len(shown) > _SHOWN:
                text(labels("unlisted", count=len(shown) - _SHOWN), "muted small")

    def _cluster(self, marked: Marked) -> None:
        labels, studio, cluster = self._visit.labels, self._visit.studio, marked.cluster
        with box("panel cluster", data_testid="cluster"):
            with box("page-head"):
                text(cluster.representative, tag="h2").style("margin: 0")
                text(labels("asked_times", count=cluster.count), "count", "span")
                span = labels(
                    "span_of", first=studio.stamp(cluster.first), last=studio.stamp(cluster.last)
                )
                text(span, "muted small", "span")
            outcomes = [
                f"{labels.of('outcomes', outcome)} {count}"
                for outcome, count in cluster.outcomes.items()
            ]
            text(" · ".join(outcomes), "small muted")
            with box("examples"):
                for wording in cluster.wordings[:8]:
                    text(wording.text, "example", "span", data_testid="example")
            self._nearest(cluster)
            if marked.mark is not None:
                self._mark(marked)
            if self._visit.person.may_edit:
                self._deeds(cluster, marked.status)

    def _nearest(self, cluster: Cluster) -> None:
        near = cluster.nearest
        if near is None:
            return
        with box("finding"):
            text(self._visit.labels("nearest", score=f"{near.score:.2f}"), "muted small", "span")
            link(near.title, links.item(Kind.ARTICLE, near.article_id))

    def _mark(self, marked: Marked) -> None:
        labels, mark = self._visit.labels, marked.mark
        if mark is None:
            return
        who = self._visit.studio.name_of(mark.by)
        said = labels("marked", status=labels.of("statuses", mark.status), who=who)
        with box("note", data_testid="mark"):
            text(f"{said} {mark.note}".strip())
            if mark.article:
                link(mark.article, links.item(Kind.ARTICLE, mark.article))
            if marked.again:
                text(labels("asked_again", count=marked.again))

    def _deeds(self, cluster: Cluster, status: Status) -> None:
        with box("buttons"):
            if status is Status.OPEN:
                self._button("make_draft", lambda: self._draft(cluster), "primary")
                self._button("add_to", lambda: self._add(cluster))
                self._button("dismiss", lambda: self._dismiss(cluster), "ghost")
            else:
                self._button("reopen", lambda: self._reopen(cluster), "ghost")

    def _button(self, key: str, deed: Callable[[], Awaitable[None]], classes: str = "") -> None:
        async def current() -> None:
            try:
                await deed()
            except ClusterDecided:
                await self.load()
                raise

        name = self._visit.labels(key)
        button(name, self._visit.guarded(current), f"small {classes}", data_testid=f"do-{key}")

    async def _draft(self, cluster: Cluster) -> None:
        made = await self._visit.run(lambda by: self._answering.draft(by, cluster))
        ui.navigate.to(links.item(Kind.ARTICLE, made))

    async def _add(self, cluster: Cluster) -> None:
        near = cluster.nearest.article_id if cluster.nearest else ""
        chosen = await pick_article(self._visit, near)
        if chosen:
            await self._visit.run(lambda by: self._answering.amend(by, cluster, chosen))
            ui.navigate.to(links.item(Kind.ARTICLE, chosen))

    async def _dismiss(self, cluster: Cluster) -> None:
        labels = self._visit.labels
        why = await ask(labels, labels("dismiss"), hint=labels("dismiss_hint"), needed=False)
        if why is not None:
            await self._decide(cluster, Status.DISMISSED, why)

    async def _reopen(self, cluster: Cluster) -> None:
        await self._decide(cluster, Status.OPEN, "")

    async def _decide(self, cluster: Cluster, status: Status, note: str) -> None:
        def decide(by: Person) -> None:
            workflow.may_edit(by)
            self._unanswered.decide(cluster, status, by.login, note=note)

        await self._visit.run(decide)
        await self.load()


def _is_wanted(marked: Marked, wanted: str) -> bool:
    return marked.needs_attention if wanted == "attention" else marked.status == wanted
