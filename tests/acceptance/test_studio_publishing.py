"""The studio in a browser: what would change, the regression report, publishing and going back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.acceptance.studio_site import Site, running_studio

LONG = 120_000
"""Milliseconds a build may take on a slow, busy machine."""
QUESTION = "卡被吞了怎么拿回来"


@pytest.fixture(scope="module")
def publishing(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield a studio of its own: what others approve would be published with it."""
    with running_studio(tmp_path_factory.mktemp("publishing"), browser) as site:
        yield site
        site.leave()


def tid(page: Page, name: str) -> Locator:
    return page.get_by_test_id(name)


def approve(site: Site, item: str, **fields: str) -> None:
    """Have an editor change an article and a reviewer approve it."""
    editor = site.open("li", f"/studio/article/{item}")
    tid(editor, "do-edit").click()
    expect(tid(editor, "do-save")).to_be_visible()
    for name, value in fields.items():
        tid(editor, f"field-{name}").fill(value)
    tid(editor, "do-submit").click()
    expect(tid(editor, "do-withdraw")).to_be_visible()
    reviewer = site.open("zhao", f"/studio/article/{item}")
    tid(reviewer, "do-approve").click()
    tid(reviewer, "confirm").click()
    expect(tid(reviewer, "do-approve")).to_have_count(0)
    editor.close()
    reviewer.close()


def decision(page: Page, site: Site, question: str) -> Locator:
    page.goto(f"{site.url}/studio/try?q={question}")
    expect(tid(page, "decision")).to_be_visible()
    return tid(page, "decision")


def prepare(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/studio/publish")
    tid(page, "prepare").click()
    expect(tid(page, "counts")).to_be_visible(timeout=LONG)


def test_a_publication_and_the_way_back(publishing: Site, pictures: Path) -> None:
    approve(
        publishing,
        "card-pin",
        questions=f"忘记卡密码了\n取款密码怎么重置\n{QUESTION}",
        body="请到网点重置密码，或联系 {{hotline}}。",
    )
    page = publishing.open("zhao", "/studio/publish")
    expect(tid(page, "pending-count")).to_contain_text("1")
    expect(tid(page, "pending-item")).to_contain_text("card-pin")
    expect(tid(page, "publication")).to_have_count(1)
    tid(page, "prepare").click()
    expect(tid(page, "progress")).to_be_visible()
    # The work belongs to the process: it goes on without the tab that began it.
    page.goto(f"{publishing.url}/studio")
    page.goto(f"{publishing.url}/studio/publish")
    expect(tid(page, "counts")).to_be_visible(timeout=LONG)
    page.screenshot(path=pictures / "studio-publish.png")
    tid(page, "publish").click()
    tid(page, "confirm").click()
    expect(tid(page, "publication")).to_have_count(2)
    expect(tid(page, "pending-item")).to_have_count(0)
    expect(tid(page, "replicas")).to_contain_text("1 / 1 个服务已换用")

    assert decision(page, publishing, QUESTION).inner_text() == "直接回答"
    expect(tid(page, "web")).to_contain_text("400-000-0000")
    page.goto(f"{publishing.url}/studio/article/card-pin")
    assert page.locator(".page-head").get_by_test_id("state").all_inner_texts() == ["已发布"]

    page.goto(f"{publishing.url}/studio/publish")
    tid(page, "roll-back").click()
    tid(page, "reason").fill("新问法有误")
    tid(page, "confirm").click()
    expect(tid(page, "publication")).to_have_count(3)
    expect(tid(page, "replicas")).to_contain_text("1 / 1 个服务已换用")
    decision(page, publishing, QUESTION)
    expect(tid(page, "why")).not_to_contain_text("完全一致")


def test_what_got_worse_stops_it_unless_a_reviewer_says_why(
    publishing: Site, pictures: Path
) -> None:
    # An article that answers what nobody may answer: the must-refuse question fails.
    approve(publishing, "branch-hours", questions="网点营业时间\n明天股票会涨吗")
    page = publishing.open("zhao", "/studio/publish")
    prepare(page, publishing)
    expect(tid(page, "worse")).to_contain_text("明天股票会涨吗")
    expect(tid(page, "publish")).to_have_count(0)
    page.screenshot(path=pictures / "studio-worse.png")
    tid(page, "override").click()
    tid(page, "confirm").click()
    expect(page.locator(".dialog .wrong")).to_be_visible()
    tid(page, "reason").fill("监管公告要求，已人工核对")
    tid(page, "confirm").click()
    expect(tid(page, "publication").first).to_contain_text("监管公告要求，已人工核对")


def test_an_editor_sees_it_but_cannot_publish(publishing: Site) -> None:
    page = publishing.open("wang", "/studio/publish")
    expect(tid(page, "publication").first).to_be_visible()
    expect(tid(page, "prepare")).to_have_count(0)
    expect(tid(page, "roll-back")).to_have_count(0)
