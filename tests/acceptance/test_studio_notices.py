"""Notices in the studio: written by one, approved by another; what is not in service is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from compliance.notice_shelf import NoticeShelf
from knowledge_base.catalogue.revision import Kind, Person
from knowledge_base.publication.notices import NoticePublisher
from tests.acceptance.studio_app import catalogue_of
from tests.acceptance.studio_site import Site

TEXT = "基金有风险、投资须谨慎。您可能会亏损本金，请先了解自己的风险承受能力。"
WANG = Person("wang", "王编辑", may_edit=True)
ZHAO = Person("zhao", "赵审核", may_review=True)


def tid(page: Page, name: str) -> Locator:
    return page.get_by_test_id(name)


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def row(page: Page, item: str) -> Locator:
    return page.locator(f'[data-testid="row"][data-item="{item}"]')


def test_a_notice_is_approved_by_another_person(studio: Site, pictures: Path) -> None:
    author = studio.open("chen", "/studio/notices")
    expect(tid(author, "refused")).to_be_hidden()
    row(author, "fund-risk").get_by_role("link").click()
    tid(author, "do-edit").click()
    tid(author, "field-text").fill("基金稳赚不赔，放心买。")
    tid(author, "field-version").fill("2099-01")
    tid(author, "field-effective").fill(day(30))
    tid(author, "do-submit").click()
    expect(tid(author, "wrong-text")).to_be_visible()
    tid(author, "field-text").fill(TEXT)
    tid(author, "do-submit").click()
    expect(tid(author, "four-eyes")).to_be_visible()
    expect(tid(author, "do-approve")).to_have_count(0)
    author.screenshot(path=pictures / "studio-notice.png")

    reviewer = studio.open("zhao", "/studio/notices")
    row(reviewer, "fund-risk").get_by_role("link").click()
    tid(reviewer, "do-approve").click()
    tid(reviewer, "confirm").click()
    expect(tid(reviewer, "do-approve")).to_have_count(0)

    shelf = NoticeShelf(studio.folder / "notices.json")
    later = datetime.now(UTC) + timedelta(days=40)
    # The studio's own timer does the same a moment earlier or later.
    NoticePublisher(catalogue_of(studio.folder), shelf, lambda: datetime.now(UTC)).settle()
    (now,) = shelf.required({"fund"}, datetime.now(UTC))
    assert now.text != TEXT
    (then,) = shelf.required({"fund"}, later)
    assert (then.version, then.text) == ("2099-01", TEXT)


def test_what_is_refused_is_told_while_it_lasts(studio: Site, pictures: Path) -> None:
    page = studio.open("li", "/studio/notices")
    expect(tid(page, "refused")).to_be_hidden()
    catalogue = catalogue_of(studio.folder)
    opened = catalogue.edit(WANG, Kind.NOTICE, "loan-cost")
    # It ends without a successor: from then on loans would have no notice.
    ending = {"version": "2099-02", "effective": day(20), "expires": day(60)}
    saved = catalogue.save(WANG, opened, {**opened.content, **ending})
    approved = catalogue.approve(ZHAO, catalogue.submit(WANG, saved))
    expect(tid(page, "refused")).to_contain_text("loan")
    page.screenshot(path=pictures / "studio-notices-refused.png")
    catalogue.withdraw(WANG, approved)
    expect(tid(page, "refused")).to_be_hidden()
