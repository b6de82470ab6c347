"""GET /quality: inspections of a period, what is drawn for people, and how quality develops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse

from conversation.errors import Unavailable
from handoff.accounts import Role
from handoff.desk.charts import bars, lines
from handoff.desk.dates import Dates, choose_dates
from handoff.desk.quality import (
    FIGURES,
    QUALITY,
    QualityParts,
    QualityVisit,
    frame,
    unavailable,
    visited,
)
from handoff.desk.theme import box, text
from handoff.desk.wording import stamp
from handoff.figures.days import period_of
from handoff.quality.inspection import Inspection, State
from handoff.quality.sampling import sample
from handoff.quality.trends import Trend, trends

_SHOWN = 200
_SHOWS = {"all": "全部", "sample": "抽检", "low": "低分", "appealed": "申诉中"}
_COLUMNS = ("结束时间", "会话", "坐席", "得分", "未通过", "状态")


def register(quality: QualityParts) -> None:
    """Register the page."""

    @ui.page(QUALITY, response_timeout=10)
    async def show(
        request: Request, show: str = "all", first: str = "", last: str = ""
    ) -> RedirectResponse | None:
        visit = await visited(quality, request, Role.SUPERVISOR, Role.AGENT)
        if isinstance(visit, RedirectResponse):
            return visit
        dates = Dates.read(first, last, quality.figures.today())
        with frame(visit, "服务质检"):
            _head(visit, dates, show)
            await _content(visit, dates, show)
        return None


def _head(visit: QualityVisit, dates: Dates, show: str) -> None:
    with box("ticket-head"):
        text("服务质检", tag="h2")
        for code, name in _SHOWS.items():
            chosen = "on" if code == show else ""
            address = f"{QUALITY}?{dates.query(show=code)}"
            text(name, f"btn small {chosen}", "a", href=address, data_testid=f"show-{code}")
        box("grow")
        choose_dates(dates, QUALITY, show=show)
        if visit.supervises:
            text("报表", "btn small", "a", href=f"{FIGURES}?{dates.query()}")


async def _content(visit: QualityVisit, dates: Dates, show: str) -> None:
    quality, zone = visit.quality, visit.quality.figures.zone
    period = period_of(dates.first, dates.last, zone)
    try:
        every = await quality.service.find(visit.account, period)
    except Unavailable as error:
        unavailable(visit, error.code)
        return
    if every:
        _charts(visit, trends(every, zone))
    _table(visit, _chosen(visit, every, show, zone), zone)


def _chosen(
    visit: QualityVisit, every: list[Inspection], show: str, zone: tzinfo
) -> list[Inspection]:
    standard = visit.quality.service.standard
    shows: dict[str, Callable[[], list[Inspection]]] = {
        "sample": lambda: sample(every, standard, zone),
        "low": lambda: [one for one in every if one.score < standard.levels.low],
        "appealed": lambda: [one for one in every if one.state is State.APPEALED],
    }
    return shows[show]() if show in shows else every


def _charts(visit: QualityVisit, weeks: list[Trend]) -> None:
    standard = visit.quality.service.standard
    over = [f"{year} 第 {week} 周" for year, week in (one.week for one in weeks)]
    scores = [None if one.score is None else round(one.score, 1) for one in weeks]
    with box("charts"):
        lines("平均得分走势", over, {"平均得分": scores}, "chart-scores")
        passed = {
            standard.name(item): round(100 * (found.value or 0), 1)
            for item, found in weeks[-1].items.items()
        }
        bars(f"各项通过率（%），{over[-1]}", passed, "chart-items")


def _table(visit: QualityVisit, found: list[Inspection], zone: tzinfo) -> None:
    if not found:
        text("所选日期内没有符合条件的质检记录。", "empty", data_testid="no-inspections")
        return
    if len(found) > _SHOWN:
        text(f"共 {len(found)} 条，显示最近 {_SHOWN} 条；可缩短日期范围。", "muted")
    with box("ticket-table", "table", data_testid="inspections"):
        with box("", "thead"), box("", "tr"):
            for column in _COLUMNS:
                text(column, tag="th", scope="col")
        with box("", "tbody"):
            for one in found[:_SHOWN]:
                _row(visit, one, zone)


def _row(visit: QualityVisit, one: Inspection, zone: tzinfo) -> None:
    standard = visit.quality.service.standard
    failed = [standard.name(item) for item, passed in one.found.items() if not passed]
    with box("", "tr", data_testid="inspection"):
        text(stamp(one.closed, zone), tag="td")
        with box("", "td"):
            text(one.conversation, tag="a", href=f"{QUALITY}/{one.conversation}")
        text(visit.name(one.agent), tag="td")
        text(str(one.score), score_colour(visit, one.score), "td", data_testid="score")
        text("、".join(failed) or "—", tag="td")
        with box("", "td"):
            text(visit.quality.words.of("states", one.state), "tag")


def score_colour(visit: QualityVisit, score: int) -> str:
    """Return the class that colours a score."""
    levels = visit.quality.service.standard.levels
    if score < levels.low:
        return "due-late"
    return "due-fine" if score >= levels.good else "due-soon"
