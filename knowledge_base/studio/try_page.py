"""Try it: what the snapshot in service makes of a question, and how the answer would look."""

from __future__ import annotations

from typing import Literal

from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from knowledge_base.answer import make_answer
from knowledge_base.article import Article
from knowledge_base.catalogue.revision import Kind, Person
from knowledge_base.retrieval.calibration import Thresholds
from knowledge_base.retrieval.search import Hit, Result, Searcher
from knowledge_base.studio import links
from knowledge_base.studio.frame import enter, frame
from knowledge_base.studio.parts import Studio
from knowledge_base.studio.shared import Shared
from knowledge_base.studio.theme import Choice, box, button, link, text
from knowledge_base.studio.visit import Visit
from language.normalise import compact

_DEPTH = 8
_LONGEST = 500


def register(studio: Studio, shared: Shared) -> None:
    """Register GET /studio/try."""

    @ui.page(links.TRY, response_timeout=15)
    async def show(request: Request, q: str = "") -> RedirectResponse | None:
        visit = await enter(studio, shared, request)
        if isinstance(visit, RedirectResponse):
            return visit
        with frame(visit, "try", visit.labels.of("pages", "try")):
            page = TryPage(visit, q[:_LONGEST])
        if q.strip():
            await page.ask()
        return None


class TryPage:
    """One tab: a question, and everything about its answer."""

    def __init__(self, visit: Visit, question: str) -> None:
        """Build it inside the current element."""
        self._visit = visit
        self._audience: Literal["customer", "internal"] = "customer"
        labels = visit.labels
        with box("page-head"):
            text(labels.of("pages", "try"), tag="h1")
            self._about = text("", "muted small", data_testid="snapshot")
        ask = visit.guarded(self.ask)
        with box("ask"):
            self._field = ui.input(value=question, placeholder=labels("ask_hint"))
            self._field.props("outlined dense autofocus").classes("line")
            self._field.props["data-testid"] = "question"
            self._field.props["aria-label"] = labels("ask_hint")
            self._field.props["maxlength"] = str(_LONGEST)
            # A Chinese input method confirms its candidate with Enter: key code 229.
            self._field.on("keydown.enter", ask, js_handler=_ENTER)
            Choice(
                labels.names["audience"],
                self._audience,
                self._for,
                data_testid="audience",
                aria_label=labels.of("fields", "audience"),
            )
            button(labels("ask"), ask, "primary", data_testid="ask")
        self._found = box("", role="status")

    async def _for(self, audience: str) -> None:
        self._audience = "internal" if audience == "internal" else "customer"
        await self._visit.guarded(self.ask)()

    async def ask(self) -> None:
        """Search for what stands in the field and show everything that was found."""
        question = str(self._field.value or "").strip()
        searcher = self._visit.studio.search()
        self._found.clear()
        if not question:
            return
        if searcher is None:
            with self._found:
                text(self._visit.labels.of("errors", "no_snapshot"), "empty")
            return
        ui.navigate.history.replace(links.try_it(question))
        audience = self._audience

        def look(_: Person) -> tuple[Result, Article | None]:
            result = searcher.search(question, audience=audience, depth=_DEPTH)
            if not result.hits:
                return result, None
            return result, searcher.article(result.hits[0].article_id, audience=audience)

        result, article = await self._visit.run(look)
        self._found.clear()
        with self._found:
            self._show(question, searcher, result, article)

    def _show(
        self, question: str, searcher: Searcher, result: Result, article: Article | None
    ) -> None:
        labels = self._visit.labels
        ms = f"{result.latency_ms:.1f}"
        self._about.set_text(labels("snapshot_line", snapshot=result.snapshot, ms=ms))
        with box("split"):
            with box("panel"):
                self._decision(question, searcher.snapshot.models.thresholds, result, article)
                self._hits(result.hits)
            with box("panel stack", data_testid="answer"):
                if article is None or result.decision == "refuse":
                    text(labels("no_answer"), "muted")
                else:
                    self._answer(question, article, result)

    def _decision(
        self,
        question: str,
        thresholds: Thresholds,
        result: Result,
        article: Article | None,
    ) -> None:
        labels = self._visit.labels
        decision = labels.of("decisions", result.decision)
        text(decision, f"decision {result.decision}", data_testid="decision")
        reason = labels.of("reasons", _reason(question, thresholds, result, article)).format(
            probability=f"{result.probability:.2f}",
            answer=f"{thresholds.answer:.2f}",
            clarify=f"{thresholds.clarify:.2f}",
        )
        text(reason, "explained", data_testid="why")

    def _hits(self, hits: tuple[Hit, ...]) -> None:
        labels = self._visit.labels
        text(labels("candidates"), tag="h2").style("margin-top: 12px")
        with box("table", "table"):
            for hit in hits:
                with box("", "tr", data_testid="hit"):
                    with box("", "td"):
                        link(hit.title, links.item(Kind.ARTICLE, hit.article_id))
                        text(hit.article_id, "small muted")
                    with box("nowrap", "td"):
                        with box("bar", "span"):
                            box("", "i").style(f"width: {hit.score * 100:.0f}%")
                        text(f" {hit.score:.2f}", "muted", "span")
            if not hits:
                text(labels("nothing_found"), "muted")

    def _answer(self, question: str, article: Article, result: Result) -> None:
        labels = self._visit.labels
        if result.decision == "clarify":
            text(labels("options"), tag="h2")
            for option in result.options:
                text(option.title, "example", data_testid="option")
            text(labels("first_answer"), "muted small")
        notices = self._visit.studio.notices_for(article, question)
        web, wechat = make_answer(article, "web"), make_answer(article, "wechat")
        text(labels("web"), tag="h2")
        with box("", data_testid="web"):
            self._notices(list(notices))
            text(web.text, "bubble")  # the chat shows an answer line for line, word for word
            until = web.valid_until.isoformat()
            source = labels("source_line", title=web.title, source=web.source, until=until)
            text(source, "small muted")
        text(labels("wechat", count=len(wechat.parts)), tag="h2")
        with box("", data_testid="wechat"):
            self._notices(list(notices))
            for part in wechat.parts:
                text(part, "bubble", data_testid="part")
                size = len(part.encode())
                text(labels("bytes", count=size), "small muted", data_testid="bytes")

    def _notices(self, notices: list[str]) -> None:
        for notice in notices:
            text(notice, "bubble notice", data_testid="notice")


_ENTER = """(event) => {
  if (event.isComposing || event.keyCode === 229) return;
  emit();
}"""


def _reason(question: str, thresholds: Thresholds, result: Result, article: Article | None) -> str:
    """Return the code of why it was decided so."""
    if article and compact(question) in {compact(wording) for wording in article.wordings}:
        return "exact" if result.decision == "answer" else "ambiguous"
    if result.decision == "clarify" and result.probability >= thresholds.answer:
        return "ambiguous"
    return "nothing" if not result.hits else result.decision
