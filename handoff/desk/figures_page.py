"""GET /figures: the dashboard with its definitions; GET /figures.csv: the same for spreadsheets."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
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
from handoff.figures.service import Report
from handoff.figures.table import Names, rows_of, seconds, table_csv

_CSV = f"{FIGURES}.csv"
_LOADS = ("坐席", "会话数", "持有时长", "同时最多")


def register(quality: QualityParts) -> None:
    """Register the page."""

    @ui.page(FIGURES, response_timeout=20)
    async def show(request: Request, first: str = "", last: str = "") -> RedirectResponse | None:
        visit = await visited(quality, request, Role.SUPERVISOR)
        if isinstance(visit, RedirectResponse):
            return visit
        dates = Dates.read(first, last, quality.figures.today())
        with frame(visit, "服务报表"):
            _head(dates)
            try:
                report = await quality.figures.report(visit.account, dates.first, dates.last)
            except Unavailable as error:
                unavailable(visit, error.code)
            except ValueError:
                text("日期范围过长，请选择一年以内。", "banner lost", role="alert")
            else:
                _content(visit, report)
        return None


def figures_routes(quality: QualityParts) -> APIRouter:
    """Return GET /figures.csv."""
    router = APIRouter(tags=["figures"])

    @router.get(_CSV, summary="The figures of some days as CSV")
    async def download(
        request: Request,
        first: Annotated[str, Query(max_length=10)] = "",
        last: Annotated[str, Query(max_length=10)] = "",
    ) -> Response:
        visit = await visited(quality, request, Role.SUPERVISOR)
        if isinstance(visit, RedirectResponse):
            return visit
        dates = Dates.read(first, last, quality.figures.today())
        try:
            report = await quality.figures.report(visit.account, dates.first, dates.last)
        except Unavailable as error:
            raise HTTPException(503, error.code) from error
        except ValueError as error:
            raise HTTPException(422, "too many days") from error
        data = {"first": report.first.isoformat(), "last": report.last.isoformat()}
        await quality.service.audit.record("figures.export", visit.account.login, "figures", data)
        definitions, figures = quality.figures.definitions, report.figures
        body = table_csv(figures, report.days, definitions, _names(visit), report.period)
        name = f"figures-{report.first}-{report.last}.csv"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(body.encode(), media_type="text/csv; charset=utf-8", headers=headers)

    return router


def _names(visit: QualityVisit) -> Names:
    labels = visit.quality.parts.labels
    return Names(lambda code: labels.of("reasons", code), visit.name)


def _head(dates: Dates) -> None:
    with box("ticket-head"):
        text("服务报表", tag="h2")
        box("grow")
        choose_dates(dates, FIGURES)
        address = f"{_CSV}?{dates.query()}"
        text("导出 CSV", "btn small", "a", href=address, data_testid="export")
        text("服务质检", "btn small", "a", href=f"{QUALITY}?{dates.query()}")


def _content(visit: QualityVisit, report: Report) -> None:
    definitions = visit.quality.figures.definitions
    text(f"{report.period}。{definitions.scope}", "muted", "p", data_testid="scope")
    with box("figures", data_testid="figures"):
        for row in rows_of(report.figures, definitions):
            with box("figure", data_testid=f"figure-{row.id}"):
                text(row.definition.name, "name")
                text(row.value, "value", data_testid="value")
                text(row.counted, "muted")
                text(row.definition.means, "means")
                text(row.definition.source, "muted")
    with box("charts"):
        _days(visit, report)
        _reasons(visit, report)
    _loads(visit, report)


def _days(visit: QualityVisit, report: Report) -> None:
    days = report.days
    series = {
        "会话量": [day.conversations for day in days],
        "进线": [day.calls for day in days],
        "接通": [day.connected for day in days],
    }
    known = visit.quality.figures.definitions.tables["days"]
    with box("chart-box"):
        lines(known.name, [f"{day.day:%m-%d}" for day in days], series, "chart-days")
        text(known.means, "means")


def _reasons(visit: QualityVisit, report: Report) -> None:
    labels, known = visit.quality.parts.labels, visit.quality.figures.definitions.tables["reasons"]
    reasons = report.figures.reasons.items()
    with box("chart-box"):
        bars(known.name, {labels.of("reasons", code): n for code, n in reasons}, "chart-reasons")
        text(known.means, "means")


def _loads(visit: QualityVisit, report: Report) -> None:
    known = visit.quality.figures.definitions.tables["loads"]
    with box("card", data_testid="loads"):
        text(known.name, tag="h3")
        text(known.means, "means")
        with box("ticket-table", "table"):
            with box("", "thead"), box("", "tr"):
                for column in _LOADS:
                    text(column, tag="th", scope="col")
            with box("", "tbody"):
                for load in report.figures.loads:
                    with box("", "tr"):
                        text(visit.name(load.agent), tag="td")
                        text(str(load.conversations), tag="td")
                        text(seconds(load.handling), tag="td")
                        text(str(load.most), tag="td")
