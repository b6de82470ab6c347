"""A service standard in Word becomes drafts by its headings."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Word

from knowledge_base.exchange.document import Import
from knowledge_base.exchange.errors import ImportRefused
from knowledge_base.exchange.reader import read
from tests.unit.knowledge_base.exchange.office_files import rewrite, service_standard

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8"
    "cfc0f01f00050001ff89993d1d0000000049454e44ae426082"
)


def imported(word: Word, folder: Path, name: str = "服务规范.docx") -> Import:
    path = folder / "upload"
    word.save(str(path))
    return read(name, path, {})


def test_each_heading_with_text_is_a_draft(tmp_path: Path) -> None:
    found = imported(service_standard(), tmp_path)
    assert [draft.title for draft in found.drafts] == ["总则", "受理", "时限"]
    assert found.drafts[1].place == "2 投诉 > 2.1 受理"
    assert found.drafts[1].source == "《服务规范.docx》2 投诉 > 2.1 受理"
    assert found.problems == ()


def test_lists_and_tables_become_markdown(tmp_path: Path) -> None:
    _, accept, times = imported(service_standard(), tmp_path).drafts
    assert accept.body == "请准备：\n\n- 身份证\n- 凭证\n1. 登记"
    assert times.body.splitlines() == [
        "| 类型 | 时限 |",
        "| --- | --- |",
        "| 一般\\|投诉 | 15 日 |",
    ]


def test_text_before_the_first_heading_is_told(tmp_path: Path) -> None:
    found = imported(service_standard(), tmp_path)
    assert [note.field for note in found.skipped] == ["heading"]


def test_pictures_are_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(PIXEL)
    word = Document()
    word.add_heading("网点", 1)
    word.add_picture(str(tmp_path / "p.png"))
    word.add_paragraph("地址见公告。")
    found = imported(word, tmp_path)
    assert found.drafts[0].body == "地址见公告。"
    assert "picture" in found.skipped[0].message


def test_headings_of_equal_name_are_told_apart(tmp_path: Path) -> None:
    word = Document()
    for chapter in ("挂失", "销户"):
        word.add_heading(chapter, 1)
        word.add_heading("材料", 2)
        word.add_paragraph("身份证。")
    found = imported(word, tmp_path)
    assert [draft.title for draft in found.drafts] == ["挂失：材料", "销户：材料"]


def test_without_heading_styles_numbers_are_headings(tmp_path: Path) -> None:
    word = Document()
    texts = ["第一章 总则", "1.1 目的", "为客户服务。", "1.2 范围", "全部网点，含 3.5% 的费率。"]
    for text in texts:
        word.add_paragraph(text)
    found = imported(word, tmp_path)
    assert [(draft.title, draft.body) for draft in found.drafts] == [
        ("目的", "为客户服务。"),
        ("范围", "全部网点，含 3.5% 的费率。"),
    ]


def test_html_in_a_document_is_removed_and_told(tmp_path: Path) -> None:
    word = Document()
    word.add_heading("说明<script>alert(1)</script>", 1)
    word.add_paragraph("请看<img src=x onerror=alert(1)>这里")
    found = imported(word, tmp_path)
    assert (found.drafts[0].title, found.drafts[0].body) == ("说明", "请看这里")
    assert [problem.field for problem in found.problems] == ["body"]


def test_a_document_without_headings_says_so(tmp_path: Path) -> None:
    word = Document()
    word.add_paragraph("没有标题的一段话。")
    with pytest.raises(ImportRefused) as caught:
        imported(word, tmp_path)
    assert caught.value.code == "empty"


def test_a_cut_document_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    service_standard().save(str(path))
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(ImportRefused) as caught:
        read("a.docx", path, {})
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("xml", [b"<w:document", b"<nothing/>", b"\x00\x01", b""])
def test_a_document_with_broken_parts_is_damaged(tmp_path: Path, xml: bytes) -> None:
    path = tmp_path / "upload"
    service_standard().save(str(path))
    rewrite(path, {"word/document.xml": xml})
    with pytest.raises(ImportRefused) as caught:
        read("a.docx", path, {})
    assert caught.value.code in {"damaged", "empty"}


def test_entities_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    service_standard().save(str(path))
    bomb = b'<?xml version="1.0"?><!--x-->'
    bomb += b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    rewrite(path, {"word/document.xml": bomb})
    with pytest.raises(ImportRefused) as caught:
        read("a.docx", path, {})
    assert caught.value.code == "unsafe"


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    service_standard().save(str(path))
    rewrite(path, {"word/media/a.bin": b"\0" * 20_000_000})
    with pytest.raises(ImportRefused) as caught:
        read("a.docx", path, {})
    assert caught.value.code == "unsafe"
