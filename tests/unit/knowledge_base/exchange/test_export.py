"""Exports: files that are whole, safe to open in a spreadsheet, and can be read back."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from compliance.cells import guarded
from knowledge_base.article import Article, parse
from knowledge_base.errors import ContentInvalid
from knowledge_base.exchange.export import (
    article_file,
    export_archive,
    export_csv,
    export_xlsx,
)
from knowledge_base.exchange.reader import read
from tests.unit.knowledge_base.files import ARTICLE

ATTACK = '=HYPERLINK("https://evil.example","x")'


def article(**changed: object) -> Article:
    return Article.model_validate(parse(ARTICLE, "card-loss.md").model_dump() | changed)


def test_an_article_file_reads_back() -> None:
    odd = article(title="a: 'b' #c", body="---\n- 一\n---\n😀 {{hotline}}", checks=("- 问",))
    assert parse(article_file(odd), "card-loss.md") == odd
    assert parse(article_file(article()), "card-loss.md") == article()


@pytest.mark.parametrize("text", [ATTACK, "+1", "-1", "@a", "\t=1", "\r=1"])
def test_what_could_be_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded("挂失") == "挂失"


def test_a_list_holds_no_formula_and_reads_back(tmp_path: Path) -> None:
    odd = article(title=ATTACK, body="- 一\n- 二", questions=("+1 怎么拨", "挂失"))
    export_xlsx([odd], tmp_path / "faq.xlsx")
    export_csv([odd], tmp_path / "faq.csv")
    sheet = load_workbook(tmp_path / "faq.xlsx").active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    with (tmp_path / "faq.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert not any(
            cell.startswith(("=", "+", "-", "@")) for row in csv.reader(stream) for cell in row
        )
    for name in ("faq.xlsx", "faq.csv"):
        found = read(name, tmp_path / name, {})
        (draft,) = found.drafts
        assert (draft.title, draft.body) == (odd.title, odd.body)
        assert (draft.id, draft.questions) == ("card-loss", odd.questions)
        assert (draft.expires, draft.categories) == (date(2027, 12, 31), ("deposit",))
        assert found.problems == ()


@pytest.mark.parametrize("changed", [{"topic": "../x"}, {"topic": ""}, {"id": "a/b"}, {"id": ".."}])
def test_no_name_leaves_the_archive(tmp_path: Path, changed: dict[str, object]) -> None:
    with pytest.raises(ContentInvalid):
        export_archive([article(**changed)], {}, tmp_path / "all.zip")
    assert list(tmp_path.iterdir()) == []


def test_the_same_content_makes_the_same_archive(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        assert export_archive([article()], {}, tmp_path / name) == 1
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
