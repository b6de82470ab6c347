"""Unanswered questions and proposals while several people work on them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.acceptance.studio_site import Site, running_studio

ADDRESS = "/studio/unanswered"


@pytest.fixture(scope="module")
def asked(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Yield a studio of its own: a cluster can be decided about only once."""
    with running_studio(tmp_path_factory.mktemp("asked"), browser) as site:
        yield site
        site.leave()


def tid(page: Page, name: str) -> Locator:
    return page.get_by_test_id(name)


def told(page: Page, words: str) -> None:
    expect(page.locator(".q-notification").filter(has_text=words).first).to_be_visible()


def cluster(page: Page, words: str) -> Locator:
    return tid(page, "cluster").filter(has_text=words)


def test_a_reviewer_who_does_not_write_only_reads(asked: Site) -> None:
    page = asked.open("zhao", ADDRESS)
    expect(cluster(page, "数字人民币")).to_be_visible()
    expect(tid(page, "proposal")).to_be_visible()
    for deed in ("do-make_draft", "do-add_to", "do-dismiss", "take", "put-aside"):
        expect(tid(page, deed)).to_have_count(0)


def test_counts_outcomes_and_the_nearest_article_are_told(asked: Site) -> None:
    page = asked.open("li", ADDRESS)
    wallet = cluster(page, "数字人民币")
    expect(wallet).to_contain_text("问过 3 次")
    expect(wallet).to_contain_text("未能回答 2")
    expect(wallet).to_contain_text("转人工(机器人无法解答) 1")
    swallowed = cluster(page, "吞了")
    expect(swallowed).to_contain_text("反问未果 1")
    near = swallowed.locator(".finding a")
    expect(near).to_be_visible()
    title = near.inner_text()
    near.click()
    expect(tid(page, "item-title")).to_have_text(title)


def test_what_was_dismissed_can_be_opened_again(asked: Site) -> None:
    page = asked.open("li", ADDRESS)
    cluster(page, "招聘").get_by_test_id("do-dismiss").click()
    tid(page, "cancel").click()
    expect(page.locator(".dialog")).to_have_count(0)
    cluster(page, "招聘").get_by_test_id("do-dismiss").click()
    tid(page, "reason").fill("<b>不属于</b>业务范围")
    tid(page, "confirm").click()
    expect(cluster(page, "招聘")).to_have_count(0)
    other = asked.open("wang", ADDRESS)
    expect(cluster(other, "数字人民币")).to_be_visible()
    expect(cluster(other, "招聘")).to_have_count(0)
    tid(other, "wanted").select_option("dismissed")
    expect(tid(other, "mark")).to_contain_text("李编辑 <b>不属于</b>业务范围")
    tid(other, "do-reopen").click()
    expect(cluster(other, "招聘")).to_have_count(0)
    tid(other, "wanted").select_option("attention")
    expect(cluster(other, "招聘")).to_be_visible()


def test_two_editors_make_one_draft(asked: Site) -> None:
    li, wang = asked.open("li", ADDRESS), asked.open("wang", ADDRESS)
    for page in (li, wang):
        expect(cluster(page, "数字人民币")).to_be_visible()
    cluster(li, "数字人民币").get_by_test_id("do-make_draft").click()
    expect(tid(li, "field-questions")).to_be_visible()
    cluster(wang, "数字人民币").get_by_test_id("do-make_draft").click()
    told(wang, "已有人处理")
    expect(cluster(wang, "数字人民币")).to_have_count(0)
    tid(wang, "wanted").select_option("done")
    expect(cluster(wang, "数字人民币").get_by_test_id("mark")).to_contain_text("李编辑")
    wang.goto(f"{asked.url}/studio?state=draft")
    expect(tid(wang, "row").filter(has_text="数字人民币")).to_have_count(1)


def test_wordings_go_to_an_article_that_is_chosen_by_keyboard(asked: Site) -> None:
    page = asked.open("li", ADDRESS)
    cluster(page, "吞了").get_by_test_id("do-add_to").press("Enter")
    expect(tid(page, "pick").first).to_be_visible()
    tid(page, "pick-search").fill("怎么挂失银行卡")
    expect(tid(page, "pick")).to_have_text(["怎么挂失银行卡？"])
    tid(page, "pick").press("Enter")
    expect(tid(page, "item-title")).to_have_text("怎么挂失银行卡？")
    written = tid(page, "field-questions").input_value()
    assert "卡被吞了怎么办" in written
    assert "银行卡丢了怎么办" in written


def test_two_editors_take_one_proposal(asked: Site) -> None:
    li, wang = asked.open("li", ADDRESS), asked.open("wang", ADDRESS)
    for page in (li, wang):
        expect(tid(page, "proposal")).to_contain_text("可以用护照开户吗")
    tid(li, "take").click()
    expect(tid(li, "field-body")).to_have_value("可以，请带护照原件和居留证明到网点办理。")
    tid(wang, "take").click()
    told(wang, "已有人处理")
    expect(tid(wang, "proposal")).to_have_count(0)
    wang.goto(f"{asked.url}/studio?state=draft&q=护照")
    expect(tid(wang, "row")).to_have_count(1)


def test_an_article_nobody_was_misled_by(asked: Site) -> None:
    page = asked.open("zhao", "/studio/article/branch-hours/given")
    expect(tid(page, "given")).to_have_count(0)
    expect(page.get_by_text("没有会话收到过旧答案")).to_be_visible()
    page.goto(f"{asked.url}/studio/article/card-loss/given")
    expect(tid(page, "given")).to_contain_text("0123456789")
