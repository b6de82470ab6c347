"""Publishing by itself, and publishing while others go on working."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from knowledge_base.retrieval.search import BANK_ZONE
from tests.acceptance.studio_site import Site, running_studio

LONG = 120_000
"""Milliseconds a build may take on a slow, busy machine."""


@pytest.fixture(scope="module")
def publishing(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield a studio of its own: what others approve would be published with it."""
    with running_studio(tmp_path_factory.mktemp("publish"), browser) as site:
        yield site
        site.leave()


def tid(page: Page, name: str) -> Locator:
    return page.get_by_test_id(name)


def told(page: Page, words: str) -> None:
    expect(page.locator(".q-notification").filter(has_text=words).first).to_be_visible()


def approve(site: Site, address: str, *, today: bool = False, **fields: str) -> Page:
    """Have an editor change an item and a reviewer approve it; returns the reviewer's page."""
    editor = site.open("li", f"/studio/{address}")
    tid(editor, "do-edit").click()
    expect(tid(editor, "do-save")).to_be_visible()
    for name, value in fields.items():
        tid(editor, f"field-{name}").fill(value)
    tid(editor, "do-submit").click()
    expect(tid(editor, "do-withdraw")).to_be_visible()
    editor.close()
    reviewer = site.open("zhao", f"/studio/{address}")
    tid(reviewer, "do-approve").click()
    if today:
        tid(reviewer, "day").fill(datetime.now(BANK_ZONE).date().isoformat())
    tid(reviewer, "confirm").click()
    expect(tid(reviewer, "do-approve")).to_have_count(0)
    return reviewer


def report(page: Page) -> Locator:
    """Return what the checks said about the candidate."""
    return tid(page, "candidate").get_by_test_id("counts")


def publications(page: Page) -> int:
    """Return how many publications are listed, once the list is there: it comes after the page."""
    expect(tid(page, "replicas")).to_contain_text("个服务已换用")
    return tid(page, "publication").count()


def prepared(site: Site, login: str = "zhao") -> Page:
    """Return a page with a candidate that was just built."""
    page = site.open(login, "/studio/publish")
    tid(page, "prepare").click()
    expect(report(page)).to_be_visible(timeout=LONG)
    return page


def test_what_is_approved_for_today_publishes_itself(publishing: Site) -> None:
    page = approve(publishing, "article/card-pin", today=True, body="请到网点重置取款密码。")
    states = page.locator(".page-head").get_by_test_id("state")
    expect(states).to_have_text(["已发布"], timeout=LONG)
    page.goto(f"{publishing.url}/studio/publish")
    expect(tid(page, "publication")).to_have_count(2)
    expect(tid(page, "publication").first).to_contain_text("scheduler")
    expect(tid(page, "replicas")).to_contain_text("1 / 1 个服务已换用")
    expect(tid(page, "waiting")).to_have_count(0)


def test_what_would_make_it_worse_waits_for_a_person(publishing: Site, pictures: Path) -> None:
    page = approve(
        publishing, "article/branch-hours", today=True, questions="网点营业时间\n明天股票会涨吗"
    )
    seen = publishing.open("zhao", "/studio/publish")
    before = publications(seen)
    waiting = tid(seen, "waiting")
    # The page says it when it is opened after the timer has tried.
    seen.wait_for_function(
        """async () => (await (await fetch(location.href)).text()).includes("没有自动发布")""",
        timeout=LONG,
        polling=1000,
    )
    seen.reload()
    expect(waiting).to_contain_text("branch-hours")
    expect(waiting).to_contain_text("检验结果变差")
    expect(waiting.get_by_test_id("worse")).to_contain_text("明天股票会涨吗")
    assert publications(seen) == before
    seen.screenshot(path=pictures / "studio-waiting.png")
    tid(page, "do-send_back").click()
    tid(page, "reason").fill("不得预测行情")
    tid(page, "confirm").click()
    expect(tid(page, "note")).to_contain_text("不得预测行情")
    seen.wait_for_function(
        """async () => !(await (await fetch(location.href)).text()).includes("没有自动发布")""",
        timeout=LONG,
        polling=1000,
    )


def test_an_approval_taken_back_is_not_published(publishing: Site, pictures: Path) -> None:
    approve(publishing, "article/transfer-fee", body="收费以公示为准，可在手机银行查询。")
    page = prepared(publishing)
    page.screenshot(path=pictures / "studio-candidate.png", full_page=True)
    count = publications(page)
    editor = publishing.open("li", "/studio/article/transfer-fee")
    tid(editor, "do-withdraw").click()
    expect(tid(editor, "do-save")).to_be_visible()
    tid(page, "publish").click()
    tid(page, "confirm").click()
    told(page, "刚被他人修改过")
    expect(tid(page, "publish")).to_have_count(0)
    expect(tid(page, "publication")).to_have_count(count)
    page.reload()
    expect(tid(page, "publication")).to_have_count(count)
    expect(report(page)).to_have_count(0)


def test_two_reviewers_publish_once(publishing: Site) -> None:
    approve(publishing, "article/transfer-time", body="同行实时到账，跨行以页面提示为准。")
    zhao = prepared(publishing)
    chen = publishing.open("chen", "/studio/publish")
    wang = publishing.open("wang", "/studio/publish")
    expect(report(chen)).to_be_visible()
    expect(report(wang)).to_be_visible()
    expect(tid(wang, "publish")).to_have_count(0)
    count = publications(zhao)
    for page in (zhao, chen):
        tid(page, "publish").click()
    tid(zhao, "confirm").click()
    expect(tid(zhao, "publication")).to_have_count(count + 1)
    tid(chen, "confirm").click()
    told(chen, "请重新检验")
    chen.reload()
    expect(tid(chen, "publication")).to_have_count(count + 1)
    expect(report(chen)).to_have_count(0)


def test_a_value_that_no_article_cites_is_published_too(publishing: Site) -> None:
    approve(publishing, "value/transfer_day_limit", value="20 万元")
    page = publishing.open("zhao", "/studio/publish")
    expect(tid(page, "pending")).to_contain_text("transfer_day_limit")
    page = prepared(publishing)
    tid(page, "publish").click()
    tid(page, "confirm").click()
    expect(tid(page, "prepare")).to_have_count(0)
    page.goto(f"{publishing.url}/studio/value/transfer_day_limit")
    expect(tid(page, "field-value")).to_have_value("20 万元")
    expect(page.locator(".page-head").get_by_test_id("state")).to_have_text(["已发布"])


def test_going_back_needs_a_reason(publishing: Site) -> None:
    page = publishing.open("zhao", "/studio/publish")
    count = publications(page)
    tid(page, "roll-back").first.click()
    tid(page, "confirm").click()
    expect(page.locator(".dialog .wrong")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".dialog")).to_have_count(0)
    expect(tid(page, "publication")).to_have_count(count)
