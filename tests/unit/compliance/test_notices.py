"""Which notices there are, and when one is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from compliance.categories import CategoryFinder
from compliance.data_file import load
from compliance.errors import DataFileError, NoNotice, UnknownCategory
from compliance.notices import Notice, NoticeBook, NoticeFile, bank_day
from compliance.wording import Wording
from conversation.message import NoticeRef

AT = datetime(2026, 11, 2, tzinfo=UTC)
DAY = bank_day(AT)
CATEGORIES = [
    "deposit",
    "wealth",
    "wealth_performance",
    "benchmark",
    "fund",
    "insurance",
    "investment_insurance",
    "structured_deposit",
    "precious_metal",
    "fx",
    "credit_card",
    "loan",
    "overdue",
    "private_fund",
    "futures",
    "pension",
    "agency_sale",
]
VERBATIM = {
    "wealth": "理财非存款、产品有风险、投资须谨慎",
    "fund": "基金有风险、投资须谨慎",
    "structured_deposit": (
        "结构性存款不同于一般性存款，具有投资风险，您应当充分认识投资风险，谨慎投资"
    ),
}


def _notice(version: str, effective: date, expires: date | None = None) -> Notice:
    return Notice(
        id="one",
        version=version,
        categories=("fund", "wealth"),
        title="提示",
        text="基金有风险、投资须谨慎。",
        effective=effective,
        expires=expires,
        review=date(2027, 1, 1),
        source="来源",
        source_status="memory",
        acknowledgement="display",
        confirm="我已阅读并知悉",
    )


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_a_notice_in_force(notices: NoticeBook, category: str) -> None:
    notice = notices.current(category, AT)
    assert notice.shown(AT.date()).category == category
    assert notice.review > AT.date()


@pytest.mark.parametrize(("category", "words"), VERBATIM.items())
def test_prescribed_words_come_first(notices: NoticeBook, category: str, words: str) -> None:
    assert notices.current(category, AT).text.startswith(words)


def test_categories_and_notices_are_the_same(notices: NoticeBook, finder: CategoryFinder) -> None:
    assert notices.categories == set(finder.names) == set(CATEGORIES)


def test_the_notices_themselves_break_no_rule(notices: NoticeBook, wording: Wording) -> None:
    assert not [found for notice in notices.notices for found in wording.check(notice.text)]


def test_due_until_delivered_in_this_version(notices: NoticeBook) -> None:
    (fund,) = notices.required({"fund"}, AT)
    assert fund.id == "fund-risk"
    assert fund.due({}, DAY)
    assert not fund.due({"fund": fund.shown(DAY)}, DAY)
    assert not fund.due({"fund": fund.shown(DAY)}, DAY + timedelta(days=400))
    assert fund.due({"fund": NoticeRef(fund.id, "2025-01", "fund")}, DAY)


def test_a_showing_grows_old_where_the_notice_says_so() -> None:
    notice = _notice("1", date(2026, 1, 1)).model_copy(update={"renew_after_days": 7})
    shown = {"fund": notice.shown(DAY)}
    assert not notice.due(shown, DAY + timedelta(days=6))
    assert notice.due(shown, DAY + timedelta(days=7))


def test_one_notice_for_two_categories_is_due_once() -> None:
    book = NoticeBook([_notice("1", date(2026, 1, 1))])
    (notice,) = book.required({"fund", "wealth"}, AT)
    shown = notice.shown(DAY)
    assert shown.category == "fund"
    (again,) = book.required({"wealth"}, AT)
    assert not again.due({"fund": shown}, DAY)


def test_what_is_to_be_confirmed_has_a_quick_reply(notices: NoticeBook) -> None:
    for notice in notices.notices:
        draft = notice.draft(DAY)
        assert [option.text for option in draft.options] == [notice.confirm] * bool(notice.confirm)
        assert draft.notice
        assert draft.notice.confirm == notice.confirm
        assert bool(notice.confirm) == (notice.acknowledgement == "display")


def test_a_version_holds_until_the_next_one_is_effective() -> None:
    book = NoticeBook([_notice("1", date(2026, 1, 1)), _notice("2", date(2026, 8, 1))])
    assert book.current("fund", datetime(2026, 7, 31, 15, 59, tzinfo=UTC)).version == "1"
    assert book.current("fund", datetime(2026, 7, 31, 16, 0, tzinfo=UTC)).version == "2"


def test_a_category_that_the_next_version_leaves_out_is_left_out() -> None:
    narrower = _notice("2", date(2026, 8, 1)).model_copy(update={"categories": ("fund",)})
    book = NoticeBook([_notice("1", date(2026, 1, 1)), narrower])
    with pytest.raises(NoNotice):
        book.current("wealth", AT)


def test_a_version_takes_over_at_midnight_in_the_bank_s_time() -> None:
    book = NoticeBook(
        [_notice("1", date(2026, 1, 1), date(2026, 7, 31)), _notice("2", date(2026, 8, 1))]
    )
    assert book.current("fund", datetime(2026, 7, 31, 15, 59, tzinfo=UTC)).version == "1"
    assert book.current("fund", datetime(2026, 7, 31, 16, 0, tzinfo=UTC)).version == "2"


def test_no_notice_is_an_error_and_not_silence() -> None:
    book = NoticeBook([_notice("1", date(2026, 1, 1), date(2026, 7, 31))])
    with pytest.raises(NoNotice):
        book.current("fund", AT)
    with pytest.raises(UnknownCategory):
        book.current("lottery", AT)


def test_two_in_force_at_once_are_refused() -> None:
    other = _notice("1", date(2026, 8, 1)).model_copy(update={"id": "other"})
    with pytest.raises(ValueError, match="both in force"):
        NoticeFile(notices=(_notice("1", date(2026, 1, 1)), other))


def test_two_versions_of_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="same day"):
        NoticeFile(notices=(_notice("1", date(2026, 1, 1)), _notice("2", date(2026, 1, 1))))


def test_a_confirmation_needs_its_words() -> None:
    content = _notice("1", date(2026, 1, 1)).model_dump() | {"confirm": ""}
    with pytest.raises(ValueError, match="confirm belongs"):
        Notice.model_validate(content)


def test_a_wrong_file_names_the_field(tmp_path: Path) -> None:
    broken = tmp_path / "notices.yml"
    broken.write_text("notices:\n- id: x1\n  version: '1'\n", "utf-8")
    with pytest.raises(DataFileError, match=r"notices\.0\.text"):
        load(broken, NoticeFile)
