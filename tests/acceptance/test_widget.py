"""The widget on a foreign page: one script tag, known customers, a server that goes away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from conversation.conversation import Customer
from tests.acceptance.widget_site import WidgetSite

MARKDOWN = """见下
### 限额说明
**单笔**五万元，`e-bank`，详见[公告](https://bank.example/a?b=1)。
- **网上银行**：五万
1. 手机138****8000与139****9000不变
[坏](javascript:alert(1)) <img src=x onerror="document.title='hacked'"> **没完"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WidgetSite]:
    """Serve a gateway and a bank's page."""
    site = WidgetSite(tmp_path)
    with site.serving():
        yield site


@pytest.fixture
def page(browser: Browser, site: WidgetSite) -> Iterator[Page]:
    """Open the bank's page; whatever a script throws fails the test."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        thrown: list[str] = []
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto(site.bank)
        yield page
        assert thrown == []


def open_chat(page: Page) -> None:
    page.get_by_test_id("launcher").click()
    expect(messages(page, "bot").first).to_contain_text("机器人")


def say(page: Page, text: str) -> None:
    composer = page.get_by_test_id("composer")
    composer.fill(text)
    composer.press("Enter")


def messages(page: Page, sender: str) -> Locator:
    return page.locator(f'[data-testid="message"][data-sender="{sender}"]')


def test_one_script_tag_brings_the_chat(page: Page) -> None:
    open_chat(page)
    say(page, "你好")
    expect(messages(page, "bot").last).to_contain_text("答：你好")
    expect(page.get_by_test_id("origin")).to_contain_text("示例银行")


def test_a_little_markdown_is_shown_and_nothing_is_run(page: Page) -> None:
    open_chat(page)
    say(page, MARKDOWN)
    answer = messages(page, "bot").last.get_by_test_id("text")
    expect(answer.locator(".heading")).to_have_text("限额说明")
    expect(answer.locator("strong")).to_have_text(["限额说明", "单笔", "网上银行"])
    expect(answer.locator("code")).to_have_text("e-bank")
    link = answer.locator("a")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://bank.example/a?b=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    for kept in ("138****8000与139****9000", "[坏](javascript:alert(1))", "<img src=x", "**没完"):
        expect(answer).to_contain_text(kept)
    assert page.title() == "示例银行"
    # What the customer wrote stays as it was written.
    expect(messages(page, "customer").last.get_by_test_id("text")).to_contain_text("**单笔**")
    expect(messages(page, "customer").last.locator("a, strong")).to_have_count(0)


def test_as_much_may_be_written_as_the_gateway_takes(page: Page) -> None:
    open_chat(page)
    say(page, "长" * 2000)
    expect(messages(page, "bot").last).to_contain_text("答：长长")
    page.get_by_test_id("composer").fill("长" * 2001)
    expect(page.get_by_test_id("send")).to_have_attribute("aria-disabled", "true")


def test_a_known_customer_has_their_history_and_nobody_else(
    browser: Browser, site: WidgetSite, page: Page
) -> None:
    site.logged_in = "C-1"
    page.reload()
    open_chat(page)
    say(page, "我的秘密")
    expect(messages(page, "bot").last).to_contain_text("答：我的秘密")
    log = site.run(site.bench.store.current(Customer("bank", "C-1")))
    assert log.customer.id == "C-1"
    with browser.new_context() as other:
        elsewhere = other.new_page()
        elsewhere.goto(site.bank)
        elsewhere.get_by_test_id("launcher").click()
        expect(messages(elsewhere, "customer")).to_contain_text(["我的秘密"])
    for somebody in (None, "C-2"):
        site.logged_in = somebody
        page.reload()
        expect(messages(page, "bot").first).to_contain_text("机器人")
        expect(page.get_by_test_id("transcript")).not_to_contain_text("我的秘密")
    stored = page.evaluate("JSON.stringify({...localStorage})")
    assert "C-1" not in stored
    assert "我的秘密" not in stored


def test_logging_out_on_the_page_takes_the_history_away(site: WidgetSite, page: Page) -> None:
    site.logged_in = "C-1"
    page.reload()
    open_chat(page)
    say(page, "我的秘密")
    expect(messages(page, "bot").last).to_contain_text("答：我的秘密")
    page.evaluate("document.querySelector('yinqiao-chat').identify(null)")
    expect(page.get_by_test_id("transcript")).not_to_contain_text("我的秘密")
    say(page, "我是访客")
    expect(messages(page, "bot").last).to_contain_text("答：我是访客")


def test_what_came_while_the_chat_was_closed_is_counted(site: WidgetSite, page: Page) -> None:
    site.logged_in = "C-1"
    page.reload()
    open_chat(page)
    say(page, "投诉")
    expect(page.get_by_test_id("queue-banner")).to_be_visible()
    page.get_by_test_id("minimise").click()
    anna = Customer("bank", "C-1")
    site.agent_says(anna, "在的")
    launcher = page.get_by_test_id("launcher")
    expect(launcher).to_have_attribute("aria-label", "在线客服，1 条未读消息")
    page.goto("about:blank")
    site.agent_says(anna, "您还在吗")
    page.goto(site.bank)
    expect(launcher).to_have_attribute("aria-label", "在线客服，2 条未读消息")
    launcher.click()
    expect(messages(page, "agent").last).to_contain_text("您还在吗")
    page.get_by_test_id("minimise").click()
    page.reload()
    expect(launcher).to_have_attribute("aria-label", "在线客服")


def test_a_server_that_is_gone_is_told_with_a_way_out(site: WidgetSite, page: Page) -> None:
    open_chat(page)
    site.stop("gateway")
    offline = page.get_by_test_id("offline")
    expect(offline).to_be_visible(timeout=30_000)
    expect(offline).to_contain_text("955XX")
    say(page, "断线时写的")
    expect(messages(page, "customer").last).to_contain_text("断线时写的")
    site.start("gateway")
    expect(messages(page, "bot").last).to_contain_text("答：断线时写的", timeout=40_000)
    expect(offline).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(site: WidgetSite, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_chat(page)
    say(page, MARKDOWN)
    say(page, "投诉")
    expect(page.get_by_test_id("queue-banner")).to_be_visible()
    found = _serious(page)
    site.stop("gateway")
    expect(page.get_by_test_id("offline")).to_be_visible(timeout=30_000)
    found += _serious(page)
    page.get_by_test_id("minimise").click()
    found += _serious(page)
    assert found == []


def _serious(page: Page) -> list[str]:
    violations = Axe().run(page, context="yinqiao-chat").response["violations"]
    return [
        f"{one['id']}: {node['html']} {node['failureSummary']}"
        for one in violations
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]
