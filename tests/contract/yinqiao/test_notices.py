"""A notice's way: written by one person, approved by another, in service from its day on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from compliance.notice_shelf import NoticeShelf
from compliance.notices import NoticeBook
from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import Fault, FourEyes, NoticeNeeded
from knowledge_base.catalogue.revision import Kind, Person, Revision, State
from knowledge_base.errors import ContentInvalid
from knowledge_base.publication.notices import NoticePublisher
from yinqiao.content import load_notices, open_catalogue
from yinqiao.settings import Settings
from yinqiao.wiring import open_shelf

EDITOR = Person("li", "李编辑", may_edit=True)
REVIEWER = Person("zhao", "赵审核", may_edit=True, may_review=True)
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NEW: dict[str, Any] = {
    "version": "2026-12",
    "text": "基金有风险、投资须谨慎。您可能会亏损本金。",
    "effective": "2026-12-01",
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("YINQIAO_VAR", str(tmp_path / "var"))
    return Settings()


@pytest.fixture
def catalogue(settings: Settings) -> Catalogue:
    made = open_catalogue(settings)
    load_notices(made, NOW.date())
    return made


@pytest.fixture
def gate_side(settings: Settings) -> NoticeShelf:
    """Return the shelf of a process that runs all the while."""
    return open_shelf(settings)


def settle(catalogue: Catalogue, settings: Settings, at: datetime = NOW) -> bool:
    return NoticePublisher(catalogue, open_shelf(settings), lambda: at).settle()


def submitted(catalogue: Catalogue, **changes: object) -> Revision:
    opened = catalogue.edit(EDITOR, Kind.NOTICE, "fund-risk")
    saved = catalogue.save(EDITOR, opened, {**opened.content, **NEW, **changes})
    return catalogue.submit(EDITOR, saved)


def version(shelf: NoticeShelf, at: datetime = NOW) -> str:
    (notice,) = shelf.required({"fund"}, at)
    return notice.version


def test_the_shipped_notices_come_in_once_with_their_old_texts(
    catalogue: Catalogue, settings: Settings, gate_side: NoticeShelf
) -> None:
    assert load_notices(catalogue, NOW.date()) == []
    loans = catalogue.revisions(Kind.NOTICE, "loan-cost")
    assert [(one.content["version"], one.state) for one in loans] == [
        ("2026-08", State.PUBLISHED),
        ("2026-01", State.SUPERSEDED),
    ]
    assert settle(catalogue, settings)
    assert not settle(catalogue, settings)
    shipped = NoticeBook.load()
    assert gate_side.required(shipped.categories, NOW) == shipped.required(shipped.categories, NOW)


def test_a_new_text_is_in_service_from_its_day_on_once_another_person_approved_it(
    catalogue: Catalogue, settings: Settings, gate_side: NoticeShelf
) -> None:
    review = submitted(catalogue)
    with pytest.raises(FourEyes):
        catalogue.approve(Person("li", "李", may_edit=True, may_review=True), review)
    settle(catalogue, settings)
    day = datetime(2026, 12, 1, tzinfo=UTC)
    assert version(gate_side, day) == "2026-01"
    catalogue.approve(REVIEWER, review)
    assert settle(catalogue, settings)
    # Nothing runs at midnight: what lies on the shelf knows its day.
    assert version(gate_side, day - timedelta(hours=9)) == "2026-01"
    assert version(gate_side, day) == "2026-12"
    settle(catalogue, settings, day)
    item = catalogue.item(Kind.NOTICE, "fund-risk")
    assert item.published
    assert item.published.content["version"] == "2026-12"
    assert item.working is None
    old = catalogue.revision(Kind.NOTICE, "fund-risk", 1)
    assert old.state is State.SUPERSEDED
    assert old.content["text"].startswith("基金有风险")
    assert version(gate_side, day) == "2026-12"


def test_an_approval_that_is_taken_back_in_time_was_never_in_service(
    catalogue: Catalogue, settings: Settings, gate_side: NoticeShelf
) -> None:
    approved = catalogue.approve(REVIEWER, submitted(catalogue))
    settle(catalogue, settings)
    catalogue.withdraw(EDITOR, approved)
    settle(catalogue, settings)
    assert version(gate_side, datetime(2027, 1, 1, tzinfo=UTC)) == "2026-01"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"version": "2026-01"}, "version", "version_used"),
        ({"effective": "2026-01-01"}, "effective", "not_later"),
        ({"categories": ["fund", "lottery"]}, "categories", "unknown_category"),
        ({"categories": ["fund", "wealth"]}, "categories", "category_taken"),
        ({"categories": ["lottery"]}, "categories", "category_left"),
        ({"confirm": ""}, "confirm", "confirm_words"),
        ({"text": "这款基金保本保息，稳赚不赔。"}, "text", "wording_refused"),
        ({"expires": "2026-11-01"}, "expires", "dates_order"),
    ],
)
def test_what_would_leave_a_gap_or_a_doubt_cannot_be_submitted(
    catalogue: Catalogue, changes: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(ContentInvalid) as caught:
        submitted(catalogue, **changes)
    found = [one for one in caught.value.problems if isinstance(one, Fault)]
    assert (field, code) in [(one.field, one.code) for one in found]


def test_a_notice_is_never_taken_out_of_use(catalogue: Catalogue) -> None:
    with pytest.raises(NoticeNeeded):
        catalogue.archive(REVIEWER, Kind.NOTICE, "fund-risk", "不再需要")


def test_what_the_shelf_refuses_stays_out_of_service_and_is_told(
    catalogue: Catalogue, settings: Settings, gate_side: NoticeShelf
) -> None:
    publisher = NoticePublisher(catalogue, open_shelf(settings), lambda: NOW)
    publisher.settle()
    # It ends without a successor: from then on funds would have no notice.
    ending = submitted(catalogue, expires="2026-12-31")
    approved = catalogue.approve(REVIEWER, ending)
    assert not publisher.settle()
    assert "fund" in publisher.refused
    assert version(gate_side, datetime(2026, 12, 2, tzinfo=UTC)) == "2026-01"
    catalogue.withdraw(EDITOR, approved)
    publisher.settle()
    assert publisher.refused == ""
