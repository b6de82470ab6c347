"""Risk notices in a browser: another text needs another version, a later day, another person."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.acceptance.studio_site import Site

NEW = "基金有风险、投资须谨慎。过往业绩不代表未来表现，您可能损失本金。"


def tid(page: Page, name: str) -> Locator:
    return page.get_by_test_id(name)


def test_a_notice_is_changed_by_four_eyes(studio: Site, pictures: Path) -> None:
    author = studio.open("chen", "/studio/notices")
    row = tid(author, "row").filter(has_text="fund-risk")
    expect(row).to_contain_text("已发布")
    author.screenshot(path=pictures / "studio-notices.png")
    row.get_by_role("link").click()
    tid(author, "do-edit").click()
    tid(author, "field-text").fill(NEW)
    expect(tid(author, "wrong-version")).to_be_visible()
    expect(tid(author, "wrong-effective")).to_be_visible()
    tid(author, "field-version").fill("2098-01")
    tid(author, "field-effective").fill("2098-01-01")
    expect(tid(author, "wrong-version")).to_be_hidden()
    tid(author, "field-text").fill("本产品保本保收益。")
    expect(tid(author, "checks")).to_contain_text("保本")
    tid(author, "field-text").fill(NEW)
    expect(tid(author, "fine")).to_be_visible()
    tid(author, "do-submit").click()
    expect(tid(author, "four-eyes")).to_be_visible()
    expect(tid(author, "do-approve")).to_have_count(0)

    reviewer = studio.open("zhao", "/studio/notices")
    tid(reviewer, "row").filter(has_text="fund-risk").get_by_role("link").click()
    tid(reviewer, "do-approve").click()
    tid(reviewer, "confirm").click()
    expect(tid(reviewer, "explained")).to_contain_text("已批准")
    expect(tid(reviewer, "do-archive")).to_have_count(0)


def test_a_category_is_never_left_without_its_notice(studio: Site) -> None:
    page = studio.open("li", "/studio/notices")
    tid(page, "row").filter(has_text="wealth-risk").get_by_role("link").click()
    tid(page, "do-edit").click()
    tid(page, "field-version").fill("2098-01")
    tid(page, "field-effective").fill("2098-01-01")
    ticked = tid(page, "field-categories").locator("input:checked")
    while ticked.count():
        ticked.first.uncheck()
    tid(page, "do-submit").click()
    expect(tid(page, "wrong-categories")).to_be_visible()
    expect(tid(page, "do-submit")).to_be_visible()
