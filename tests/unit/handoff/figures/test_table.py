"""The file for spreadsheets: everything is in it, and no cell is a formula."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest

from handoff.errors import NotAllowed
from handoff.figures.figures import Figures
from handoff.figures.service import LONGEST, Report
from handoff.figures.table import NOTHING, Names, rows_of, table_csv
from tests.unit.handoff.figures.talks import exemplary
from tests.unit.handoff.quality.room import QualityRoom, curt
from tests.unit.handoff.room import GU, ZHOU

DAY = date(2026, 6, 1)


@pytest.fixture
async def report() -> Report:
    """Return the figures of a day with two conversations."""
    room = QualityRoom()
    room.keeps(curt(), exemplary("li", "lin"))
    return await room.figures.report(GU, DAY, DAY)


def cells(report: Report, names: Names) -> list[list[str]]:
    definitions = QualityRoom().figures.definitions
    table = table_csv(report.figures, report.days, definitions, names, report.period)
    assert table.startswith("\ufeff")
    return list(csv.reader(io.StringIO(table.removeprefix("\ufeff"))))


def test_every_figure_stands_there_with_its_definition(report: Report) -> None:
    lines = cells(report, Names(str, str))
    definitions = QualityRoom().figures.definitions
    for row in rows_of(report.figures, definitions):
        known = row.definition
        assert [known.name, row.value, row.counted, known.means, known.source] in lines
    assert ["complaint", "1"] in lines
    assert ["2026-06-01", "2", "2", "2"] in lines


def test_no_cell_is_a_formula(report: Report) -> None:
    lines = cells(report, Names(lambda _: "=HYPERLINK(1)", lambda _: "@SUM(1)"))
    written = [cell for line in lines for cell in line]
    assert "'=HYPERLINK(1)" in written
    assert "'@SUM(1)" in written
    assert not [cell for cell in written if cell.startswith(("=", "+", "-", "@"))]


async def test_where_nothing_was_counted_no_number_stands() -> None:
    room = QualityRoom()
    empty: Figures = (await room.figures.report(GU, DAY, DAY)).figures
    values = {row.id: row.value for row in rows_of(empty, room.figures.definitions)}
    assert values["conversations"] == "0"
    assert values["connection"] == values["waiting_p90"] == values["satisfaction"] == NOTHING


async def test_figures_are_for_supervisors_and_not_for_ever() -> None:
    room = QualityRoom()
    with pytest.raises(NotAllowed):
        await room.figures.report(ZHOU, DAY, DAY)
    for last in (DAY - timedelta(days=1), DAY + LONGEST):
        with pytest.raises(ValueError, match="days"):
            await room.figures.report(GU, DAY, last)
