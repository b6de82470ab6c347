"""Markdown files: our own articles, and documents by their headings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge_base.exchange.document import Import
from knowledge_base.exchange.errors import ImportRefused
from knowledge_base.exchange.reader import read
from tests.unit.knowledge_base.files import ARTICLE


def imported(text: str | bytes, folder: Path) -> Import:
    path = folder / "upload"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read("手册.md", path, {"card-loss": "怎么挂失"})


def test_an_own_article_keeps_all_it_says(tmp_path: Path) -> None:
    (draft,) = imported(ARTICLE, tmp_path).drafts
    assert (draft.id, draft.changes) == ("card-loss", "card-loss")
    assert draft.expires == date(2027, 12, 31)
    assert draft.content()["body"] == "请拨打 {{hotline}} 挂失。\n补卡工本费 {{ loss_fee }} 元。"


def test_faults_of_an_own_article_name_line_and_field(tmp_path: Path) -> None:
    found = imported(ARTICLE.replace("expires: 2027-12-31", "expires: 2027-13-31"), tmp_path)
    assert found.drafts == ()
    assert [(p.file, p.line, p.field) for p in found.problems] == [("手册.md", 14, "expires")]


def test_headings_make_drafts_but_not_within_code(tmp_path: Path) -> None:
    text = "# 手册\n\n## 1.1 挂失\n\n请致电。\n\n```\n# 不是标题\n```\n\n注销\n----\n\n- 带证件\n"
    found = imported(text, tmp_path)
    assert [(draft.title, draft.place) for draft in found.drafts] == [
        ("挂失", "手册 > 1.1 挂失"),
        ("注销", "手册 > 注销"),
    ]
    assert found.drafts[0].body == "请致电。\n\n```\n# 不是标题\n```"


def test_a_script_is_removed_and_told(tmp_path: Path) -> None:
    found = imported(
        "# 挂失\n\n请致电<script>alert(1)</script>。[点](javascript:alert(1))", tmp_path
    )
    assert found.drafts[0].body.startswith("请致电。点")
    assert [(problem.line, problem.field) for problem in found.problems] == [(1, "body")]


def test_text_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        imported(b"# a\n\n" + "挂失".encode("gbk"), tmp_path)
    assert (caught.value.code, caught.value.problems[0].line) == ("encoding", 3)


def test_without_headings_nothing_can_be_made(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        imported("只有一段话。", tmp_path)
    assert caught.value.code == "empty"
