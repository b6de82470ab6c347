"""Nothing that a customer, an agent or an editor writes runs in anybody's page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from conversation.conversation import Customer
from tests.acceptance.studio_site import Site, wait_until_served
from tests.acceptance.widget_site import WidgetSite
from tests.acceptance.xss import Watch, payloads
from tests.conftest import ROOT, free_port

NASTY = payloads()
SAMPLE = "<svg/onload=fired()>"
ENOUGH = 20
"""How many texts of the corpus run, at least, in a page that takes text for HTML."""


@pytest.fixture
def desk(browser: Browser) -> Iterator[Site]:
    """Serve a desk that is full of the corpus."""
    port = free_port()
    command = [sys.executable, "-m", "tests.acceptance.xss_app", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ}) as process:
        site = Site(f"http://127.0.0.1:{port}", browser, [])
        try:
            wait_until_served(process, f"{site.url}/healthz")
            yield site
        finally:
            site.leave()
            process.send_signal(signal.SIGTERM)


def watched(page: Page) -> Watch:
    """Watch a page that is open, from its next loading on."""
    watch = Watch()
    watch.over(page.context)
    page.reload()
    return watch


def test_the_corpus_is_large_and_runs_where_text_is_taken_for_html(browser: Browser) -> None:
    assert len(set(NASTY)) >= 60
    with browser.new_context() as context:
        watch, page = Watch(), context.new_page()
        watch.over(context)
        page.goto("about:blank")
        page.evaluate("() => { window.count = 0; window.fired = () => { window.count += 1; }; }")
        for text in NASTY:
            page.evaluate("(text) => document.body.insertAdjacentHTML('beforeend', text)", text)
        page.wait_for_function(f"window.count >= {ENOUGH}")
        with pytest.raises(AssertionError):
            watch.silent(page)


def test_nothing_runs_in_the_widget(browser: Browser, tmp_path: Path) -> None:
    site = WidgetSite(tmp_path, logged_in="C-1")
    with site.serving(), browser.new_context() as context:
        watch, page = Watch(), context.new_page()
        watch.over(context)
        page.goto(site.bank)
        page.get_by_test_id("launcher").click()
        expect(page.locator('[data-sender="bot"]').first).to_contain_text("机器人")
        page.get_by_test_id("composer").fill("投诉")
        page.get_by_test_id("composer").press("Enter")
        expect(page.get_by_test_id("queue-banner")).to_be_visible()
        customer = Customer("bank", "C-1")
        for text in NASTY:
            site.agent_says(customer, text)
        said = page.locator('[data-testid="message"][data-sender="agent"]')
        expect(said).to_have_count(len(NASTY))
        page.get_by_test_id("composer").fill("\n".join(NASTY)[:1800])
        page.get_by_test_id("composer").press("Enter")
        expect(page.locator('[data-sender="customer"]').last).to_contain_text(SAMPLE)
        watch.silent(page)


def test_nothing_runs_at_the_desk(desk: Site) -> None:
    page = desk.log_in("zhou")
    watch = watched(page)
    for part in ("transcript", "context-trigger", "assist"):
        expect(page.get_by_test_id(part)).to_contain_text(SAMPLE)
    page.get_by_role("button", name="显示更早的").click()
    for sender in ("customer", "agent"):
        said = page.locator(f'[data-testid="message"][data-sender="{sender}"]')
        expect(said.filter(has_text=SAMPLE).first).to_be_visible()
    expect(page.get_by_test_id("queue-item")).to_have_count(1)
    watch.silent(page)
    page.get_by_test_id("composer").fill("/")
    expect(page.get_by_test_id("reply")).to_contain_text(SAMPLE)
    watch.silent(page)
    page.get_by_test_id("composer").fill("\n".join(NASTY)[:1500] + "保本" + SAMPLE)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("blocked")).to_contain_text(SAMPLE)
    watch.silent(page)


def test_nothing_runs_on_the_supervisor_s_pages(desk: Site) -> None:
    page = desk.log_in("gu")
    watch = watched(page)
    page.goto(f"{desk.url}/board")
    page.get_by_test_id("case-row").first.get_by_test_id("look").click()
    expect(page.get_by_test_id("peek")).to_contain_text(SAMPLE)
    watch.silent(page)
    page.goto(f"{desk.url}/tickets")
    expect(page.get_by_test_id("ticket")).to_have_count(1)
    watch.silent(page)
    page.get_by_test_id("ticket").get_by_role("link").first.click()
    expect(page.get_by_test_id("intake")).to_contain_text(SAMPLE)
    watch.silent(page)


def test_nothing_runs_in_the_studio(studio: Site) -> None:
    page = studio.open("wang", "/studio/article/fraud-code")
    watch = watched(page)
    page.get_by_test_id("do-edit").click()
    expect(page.get_by_test_id("do-save")).to_be_visible()
    page.get_by_test_id("field-title").fill(f"标题 {SAMPLE}")
    page.get_by_test_id("field-questions").fill("\n".join(NASTY))
    page.get_by_test_id("field-body").fill("\n\n".join(NASTY))
    for name in ("owner", "source"):
        page.get_by_test_id(f"field-{name}").fill(SAMPLE)
    expect(page.get_by_test_id("preview")).to_contain_text(SAMPLE)
    watch.silent(page)
    page.get_by_test_id("do-save").click()
    expect(page.get_by_test_id("dirty")).to_be_hidden()
    page.get_by_test_id("history").click()
    expect(page.get_by_test_id("diff")).to_contain_text(SAMPLE)
    watch.silent(page)
    page.goto(f"{studio.url}/studio?q=fraud-code")
    expect(page.get_by_test_id("row").first).to_contain_text(SAMPLE)
    watch.silent(page)
    page.goto(f"{studio.url}/studio/try")
    page.get_by_test_id("question").fill(SAMPLE)
    page.get_by_test_id("ask").click()
    expect(page.get_by_test_id("decision")).to_be_visible()
    watch.silent(page)
