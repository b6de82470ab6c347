"""A file is what its name *and* its bytes say; every other one is refused with a reason."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from knowledge_base.exchange.errors import ImportRefused
from knowledge_base.exchange.limits import load_limits
from knowledge_base.exchange.office import OLE
from knowledge_base.exchange.reader import SUFFIXES, read
from tests.unit.knowledge_base.exchange.office_files import rewrite, service_standard, write_xlsx

LOCKED = OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
TABLE = "问题,答案\n挂失,致电。\n"


def reason(name: str, data: bytes, folder: Path) -> str:
    path = folder / "upload"
    path.write_bytes(data)
    with pytest.raises(ImportRefused) as caught:
        read(name, path, {})
    assert [problem.file for problem in caught.value.problems] == [name]
    assert str(caught.value).startswith(f"{name}:")
    return caught.value.code


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", {"empty"}),
        (b"MZ\x90\x00" + bytes(500), {"not_a_document"}),
        (b"%PDF-1.7\n", {"not_a_document"}),
        (LOCKED, {"encrypted", "not_a_document"}),
        (OLE + bytes(900), {"old_format", "not_a_document"}),
        (b"PK\x03\x04" + bytes(200), {"damaged", "not_a_document"}),
        (bytes(1000), {"not_a_document"}),
    ],
)
def test_what_is_no_document_is_refused(
    tmp_path: Path, suffix: str, data: bytes, codes: set[str]
) -> None:
    assert reason(f"a{suffix}", data, tmp_path) in codes


def test_a_protected_workbook_says_so(tmp_path: Path) -> None:
    assert reason("a.xlsx", LOCKED, tmp_path) == "encrypted"


@pytest.mark.parametrize("name", ["a.exe", "a.xls", "a.docm", "a", ".docx", "a.xlsx.exe"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    assert reason(name, b"x", tmp_path) == "unknown_kind"


def test_a_document_named_as_a_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "word"
    service_standard().save(str(path))
    assert reason("a.xlsx", path.read_bytes(), tmp_path) == "not_a_document"


def test_a_sheet_named_as_text_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "book", [["问题", "答案"]])
    assert reason("a.csv", path.read_bytes(), tmp_path) == "not_a_document"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
@pytest.mark.parametrize("xml", [b"<x", b"<x/>", b"", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_workbook_with_broken_parts_never_raises_anything_else(
    tmp_path: Path, part: str, xml: bytes
) -> None:
    path = rewrite(write_xlsx(tmp_path / "book", [["问题", "答案"], ["挂失", "致电"]]), {part: xml})
    try:
        read("a.xlsx", path, {})
    except ImportRefused as error:
        assert error.code in {"damaged", "unsafe", "empty", "no_columns"}  # noqa: PT017
    else:
        assert xml == b"<x/>"


def test_a_workbook_with_a_bad_checksum_is_damaged(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "book", [["问题", "答案"], ["挂失", "致电"]])
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    data[start + 80 : start + 120] = bytes(40)
    assert reason("a.xlsx", bytes(data), tmp_path) == "damaged"


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(TABLE, encoding="utf-8")
    limits = load_limits().model_copy(update={"file_bytes": 10})
    with pytest.raises(ImportRefused) as caught:
        read("a.csv", path, {}, limits=limits)
    assert caught.value.code == "too_large"


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        read("a.csv", tmp_path / "none", {})
    assert caught.value.code == "unreadable"


def test_a_path_in_a_name_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text("# 挂失\n\n致电。\n", encoding="utf-8")
    found = read("../../etc\\手册.md", path, {})
    assert found.drafts[0].source == "《手册.md》挂失"


def test_progress_only_grows_and_ends_at_one(tmp_path: Path) -> None:
    rows: list[list[object]] = [["问题", "答案"]]
    rows += [[f"第{n}问", "答"] for n in range(2000)]
    seen: list[float] = []
    read("a.xlsx", write_xlsx(tmp_path / "book", rows), {}, seen.append)
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert seen[-1] == 1.0
