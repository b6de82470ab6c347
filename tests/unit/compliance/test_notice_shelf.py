"""The shelf always has notices, and takes up new ones as soon as they lie there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from compliance.errors import DataFileError
from compliance.notice_shelf import NoticeShelf
from compliance.notices import Notice, NoticeBook

AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def with_new(notices: Sequence[Notice], **changes: object) -> list[Notice]:
    """Return the notices and a new version of the fund's."""
    fund = next(notice for notice in notices if notice.id == "fund-risk")
    return [*notices, fund.model_copy(update={"version": "2026-12", **changes})]


def text(shelf: NoticeShelf, at: datetime = AT) -> str:
    (notice,) = shelf.required({"fund"}, at)
    return notice.text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "notices" / "notices.json"


def test_before_the_first_publication_the_shipped_ones_are_in_service(
    path: Path, notices: NoticeBook
) -> None:
    assert text(NoticeShelf(path)) == notices.current("fund", AT).text


def test_what_one_process_puts_another_one_shows_from_its_day_on(
    path: Path, notices: NoticeBook
) -> None:
    writer, reader = NoticeShelf(path), NoticeShelf(path)
    before = text(reader)
    new = with_new(notices.notices, text="基金有风险，请谨慎投资。", effective=date(2026, 11, 25))
    assert writer.put(new, AT)
    assert text(reader) == before
    assert text(reader, AT + timedelta(days=1)) == "基金有风险，请谨慎投资。"
    assert not writer.put(new, AT)


def test_a_damaged_file_leaves_the_last_ones_in_service(
    path: Path, notices: NoticeBook, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = NoticeShelf(path)
    new = with_new(notices.notices, text="基金有风险，请谨慎投资。", effective=date(2026, 11, 1))
    shelf.put(new, AT)
    assert text(shelf) == "基金有风险，请谨慎投资。"
    path.write_text("notices: [", "utf-8")
    assert text(shelf) == "基金有风险，请谨慎投资。"
    assert text(shelf) == "基金有风险，请谨慎投资。"
    assert len(caplog.records) == 1
    path.unlink()
    assert text(shelf) == "基金有风险，请谨慎投资。"


def test_a_category_is_never_left_without_a_notice(path: Path, notices: NoticeBook) -> None:
    shelf = NoticeShelf(path)
    fewer = [notice for notice in notices.notices if notice.id != "fund-risk"]
    with pytest.raises(DataFileError, match="fund"):
        shelf.put(fewer, AT)
    ending = with_new(notices.notices, effective=date(2026, 12, 1), expires=date(2027, 1, 31))
    with pytest.raises(DataFileError, match="without a notice"):
        shelf.put(ending, AT)
    twice = with_new(notices.notices, id="other-risk")
    with pytest.raises(DataFileError, match="both in force"):
        shelf.put(twice, AT)
    assert not path.exists()
