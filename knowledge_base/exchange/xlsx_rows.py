"""Rows of an .xlsx file, streamed: openpyxl's read-only mode keeps one row at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl import Workbook, load_workbook

from knowledge_base.exchange.errors import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from knowledge_base.exchange.document import Collector

MAIN = "xl/workbook.xml"


def xlsx_rows(
    path: Path, into: Collector, progress: Callable[[float], None]
) -> Iterator[tuple[str, int, list[object]]]:
    """Yield (sheet name, row number, values) of each row that is not blank.

    Formulas are not evaluated and error values are no text: both are told and left blank.

    Raises:
        ImportRefused: too many columns or rows.
    """
    # An open file, because the library judges a path by its ending, which uploads do not have.
    with path.open("rb") as stream:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        try:
            yield from _book_rows(book, into, progress)
        finally:
            book.close()


def _book_rows(
    book: Workbook, into: Collector, progress: Callable[[float], None]
) -> Iterator[tuple[str, int, list[object]]]:
    done = 0
    for place, sheet in enumerate(book.worksheets):
        total = sheet.max_row or into.limits.rows
        # The size a sheet claims may be wrong in either direction.
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(max_col=into.limits.columns + 1), 1):
            if number % 500 == 0:
                part = min(1.0, number / total)
                progress(min(0.99, (place + part) / len(book.worksheets)))
            cells = [_value(cell, number, into) for cell in row]
            # Blank rows between two others are made up by the library, so they do not count.
            if not any(cell is not None and str(cell).strip() for cell in cells):
                continue
            done += 1
            _check(done, cells, number, into)
            yield sheet.title, number, cells


def _check(done: int, cells: list[object], number: int, into: Collector) -> None:
    if done > into.limits.rows:
        why = f"has more than {into.limits.rows} rows"
        raise refused("too_many", into.file, why, number, "rows")
    if len(cells) > into.limits.columns and cells[into.limits.columns] is not None:
        why = f"has more than {into.limits.columns} columns"
        raise refused("too_many", into.file, why, number, "columns")


def _value(cell: Any, number: int, into: Collector) -> object:
    if cell.value is None:
        return None
    if cell.data_type == "f":
        into.problem(number, cell.column_letter, "a formula is not evaluated; paste its value")
        return None
    if cell.data_type == "e":
        into.problem(number, cell.column_letter, f"holds the error {cell.value}")
        return None
    return cell.value
