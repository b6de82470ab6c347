"""Word documents and sheets as other programs would save them, for the tests of importing."""

from __future__ import annotations

import zipfile
from pathlib import Path

from docx import Document
from docx.document import Document as Word
from openpyxl import Workbook


def write_xlsx(path: Path, *sheets: list[list[object]]) -> Path:
    """Write a workbook with these rows, sheet by sheet."""
    book = Workbook(write_only=True)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def service_standard() -> Word:
    """Return a small standard with headings, a list, a table and a nested section."""
    word = Document()
    word.add_heading("服务规范", 0)
    word.add_paragraph("本文件仅供演示。")
    word.add_heading("1 总则", 1)
    word.add_paragraph("适用于全部网点。")
    word.add_heading("2 投诉", 1)
    word.add_heading("2.1 受理", 2)
    word.add_paragraph("请准备：")
    word.add_paragraph("身份证", style="List Bullet")
    word.add_paragraph("凭证", style="List Bullet")
    word.add_paragraph("登记", style="List Number")
    word.add_heading("2.2 时限", 2)
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip(
        [cell for row in table.rows for cell in row.cells],
        ["类型", "时限", "一般|投诉", "15 日"],
        strict=True,
    ):
        cell.text = text
    word.add_heading("3 附则", 1)
    return word


def rewrite(path: Path, change: dict[str, bytes]) -> Path:
    """Replace or add parts of an office file."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()} | change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path
