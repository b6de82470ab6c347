"""GET /quality/{conversation}: one inspection with its evidence, and what people make of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse

from conversation.archive import Archived
from conversation.errors import ConversationError
from conversation.message import Message
from handoff.accounts import Account, Role
from handoff.desk.quality import QUALITY, QualityParts, QualityVisit, frame, unavailable, visited
from handoff.desk.quality_deeds import QualityDeeds
from handoff.desk.quality_list import score_colour
from handoff.desk.theme import box, text
from handoff.desk.wording import clock, stamp
from handoff.errors import HandoffError
from handoff.quality.inspection import Inspection, Verdict


def register(quality: QualityParts) -> None:
    """Register the page."""

    @ui.page(f"{QUALITY}/{{conversation}}", response_timeout=10)
    async def show(request: Request, conversation: str) -> RedirectResponse | None:
        visit = await visited(quality, request, Role.SUPERVISOR, Role.AGENT)
        if isinstance(visit, RedirectResponse):
            return visit
        with frame(visit, "质检记录"):
            await InspectionPage(visit, conversation).load()
        return None


class InspectionPage:
    """One inspection; built anew after every deed."""

    def __init__(self, visit: QualityVisit, conversation: str) -> None:
        """Build the page's box, empty."""
        self._visit = visit
        self._conversation = conversation
        self._zone = visit.quality.figures.zone
        self._box = box("")

    async def load(self) -> None:
        """Read everything and show it."""
        service, account = self._visit.quality.service, self._visit.account
        self._box.clear()
        with self._box:
            try:
                archived = await service.read(account, self._conversation)
                self._show(await service.get(account, self._conversation), archived)
            except (HandoffError, ConversationError) as error:
                unavailable(self._visit, error.code)

    def _show(self, one: Inspection, archived: Archived | None) -> None:
        words = self._visit.quality.words
        with box("ticket-head"):
            text(f"质检记录 {one.conversation}", tag="h2")
            text(words.of("states", one.state), "tag", data_testid="state")
            box("grow")
            text("返回列表", "btn small", "a", href=QUALITY)
        with box("ticket-body"):
            with box(""):
                self._verdicts(one, archived)
                self._transcript(one, archived)
            with box(""):
                self._facts(one)
                QualityDeeds(self._visit, one, self._do)

    def _facts(self, one: Inspection) -> None:
        with box("card"):
            text("得分", tag="h3")
            colour = score_colour(self._visit, one.score)
            text(str(one.score), f"big-score {colour}", data_testid="score")
            text(f"坐席：{self._visit.name(one.agent)}")
            text(f"会话结束：{stamp(one.closed, self._zone)}", "muted")
            text(f"自动质检：{stamp(one.at, self._zone)}，标准 {one.standard}", "muted")
            if review := one.review:
                text(f"复核：{self._visit.name(review.by)} {stamp(review.at, self._zone)}")
                text(review.note, "said", data_testid="review")
            if appeal := one.appeal:
                text(f"申诉：{self._visit.name(appeal.by)} {stamp(appeal.at, self._zone)}")
                text(appeal.why, "said", data_testid="appeal")
                if appeal.decided_at:
                    when = stamp(appeal.decided_at, self._zone)
                    text(f"处理：{self._visit.name(appeal.decided_by)} {when}")
                    text(appeal.reason, "said", data_testid="decision")

    def _verdicts(self, one: Inspection, archived: Archived | None) -> None:
        standard, found = self._visit.quality.service.standard, one.found
        entries = {entry.id: entry for entry in archived.log} if archived else {}
        sources = {item.id: item.source for item in standard.items}
        with box("card", data_testid="verdicts"):
            text("质检项目", tag="h3")
            for verdict in one.verdicts:
                passed = found[verdict.item]
                with box("verdict", data_testid=f"verdict-{verdict.item}"):
                    with box("verdict-head"):
                        text("通过" if passed else "未通过", "passed" if passed else "failed")
                        text(standard.name(verdict.item), "name")
                        text(f"{verdict.points if passed else 0} / {verdict.points} 分", "muted")
                        if passed != verdict.passed:
                            text("人工改判", "tag")
                        text(sources.get(verdict.item, ""), "muted")
                    self._evidence(verdict, entries)

    def _evidence(self, verdict: Verdict, entries: dict[str, Message]) -> None:
        for line in verdict.lines:
            note = self._visit.quality.words.of("notes", line.note) if line.note else "依据"
            told = f"{note}：{line.found}" if line.found else note
            entry = entries.get(line.entry)
            when = f"{clock(entry.at, self._zone)} “{entry.text[:80]}”" if entry else ""
            text(f"{told}　{when}".strip(), "evidence", data_testid="evidence")

    def _transcript(self, one: Inspection, archived: Archived | None) -> None:
        marked = {line.entry for verdict in one.verdicts for line in verdict.lines if line.note}
        labels = self._visit.quality.parts.labels
        with box("card", data_testid="transcript"):
            text("会话记录", tag="h3")
            if archived is None:
                text("会话已依法删除，或仅作存储，不再显示。", "muted")
                return
            for entry in archived.messages:
                with box(f"event {'marked' if entry.id in marked else ''}"):
                    who = labels.of("senders", entry.sender)
                    text(f"{clock(entry.at, self._zone)} {who}", "when")
                    text(entry.text, "said")

    async def _do(self, deed: Callable[[Account], Awaitable[object]]) -> None:
        if await self._visit.attempt(deed):
            await self.load()
