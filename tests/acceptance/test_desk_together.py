"""Two agents and a supervisor at one desk, each in a browser of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.studio_site import Site, wait_until_served
from tests.conftest import ROOT, free_port

PLEASE_WAIT = "正在为您查询，请稍候，通常需要一到两分钟，查到后我会马上回复您。"


@pytest.fixture
def desk(browser: Browser) -> Iterator[Site]:
    """Serve the desk with three waiting customers, for one test."""
    port = free_port()
    command = [sys.executable, "-m", "tests.acceptance.desk_app", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ}) as process:
        site = Site(f"http://127.0.0.1:{port}", browser, [])
        try:
            wait_until_served(process, f"{site.url}/healthz")
            yield site
        finally:
            site.leave()
            process.send_signal(signal.SIGTERM)


def test_a_transfer_carries_note_and_context_to_the_colleague(desk: Site, pictures: Path) -> None:
    zhou, lin = desk.log_in("zhou"), desk.log_in("lin")
    lin.get_by_test_id("me").wait_for()
    zhou.get_by_test_id("claim-next").click()
    expect(zhou.get_by_test_id("transcript")).to_contain_text("我要找人工")
    zhou.get_by_test_id("open-transfer").click()
    zhou.get_by_test_id("transfer-target").select_option("agent:lin")
    zhou.get_by_test_id("transfer-text").fill("客户在外地，请先核实")
    zhou.screenshot(path=pictures / "transfer.png")
    zhou.get_by_test_id("transfer-confirm").click()
    expect(zhou.get_by_test_id("banner")).to_contain_text("他人接手")
    lin.get_by_test_id("conversation-item").first.click()
    expect(lin.get_by_test_id("transcript")).to_contain_text("客户在外地，请先核实")
    expect(lin.get_by_test_id("context-reason")).to_contain_text("我要找人工")
    lin.get_by_test_id("composer").fill("您好，我是林一")
    lin.get_by_test_id("send").click()
    expect(lin.get_by_test_id("transcript")).to_contain_text("您好，我是林一")


def test_a_supervisor_sees_whispers_and_takes_over(desk: Site, pictures: Path) -> None:
    zhou, gu = desk.log_in("zhou"), desk.log_in("gu")
    zhou.get_by_test_id("claim-next").click()
    expect(zhou.get_by_test_id("transcript")).to_contain_text("我要找人工")
    gu.get_by_test_id("to-board").click()
    complaints = gu.locator('[data-testid="group-row"][data-group="complaints"]')
    expect(complaints.get_by_test_id("group-waiting")).to_have_text("排队 1")
    load = gu.locator('[data-agent="zhou"]').get_by_test_id("agent-load")
    expect(load).to_have_text("1 / 5")
    limit = gu.locator('[data-agent="zhou"]').get_by_test_id("agent-limit")
    limit.fill("3")
    limit.press("Tab")
    expect(load).to_have_text("1 / 3")

    held = gu.get_by_test_id("case-row").filter(has_text="周晓")
    held.get_by_test_id("look").click()
    expect(gu.get_by_test_id("peek")).to_contain_text("我要找人工")
    gu.get_by_test_id("whisper").fill("先安抚客户")
    gu.get_by_test_id("whisper-send").click()
    expect(zhou.get_by_test_id("transcript")).to_contain_text("先安抚客户")
    gu.screenshot(path=pictures / "board.png")
    zhou.screenshot(path=pictures / "whisper.png")

    gu.get_by_test_id("take-over").click()
    expect(zhou.get_by_test_id("banner")).to_contain_text("他人接手")
    expect(gu.get_by_test_id("transcript")).to_contain_text("我要找人工")
    gu.get_by_test_id("composer").fill("您好，我是顾言")
    gu.get_by_test_id("send").click()
    expect(zhou.get_by_test_id("composer")).to_be_disabled()


def test_an_agent_on_break_is_seen_so_and_claims_nothing(desk: Site) -> None:
    zhou, gu = desk.log_in("zhou"), desk.log_in("gu")
    zhou.get_by_test_id("state").select_option("break")
    gu.goto(f"{desk.url}/board")
    state = gu.locator('[data-agent="zhou"]').get_by_test_id("agent-state")
    expect(state).to_have_text("小休")
    zhou.get_by_test_id("claim-next").click()
    expect(zhou.get_by_text("您正在小休")).to_be_visible()
    zhou.get_by_test_id("state").select_option("available")
    expect(state).to_have_text("空闲")
    zhou.get_by_test_id("claim-next").click()
    expect(zhou.get_by_test_id("conversation-item")).to_have_count(1)


def test_an_agent_does_not_see_the_board(desk: Site) -> None:
    zhou = desk.log_in("zhou")
    expect(zhou.get_by_test_id("to-board")).to_have_count(0)
    zhou.goto(f"{desk.url}/board")
    expect(zhou.get_by_test_id("queue")).to_be_attached()


def test_approved_texts_and_articles_are_inserted(desk: Site, pictures: Path) -> None:
    zhou = desk.log_in("zhou")
    zhou.get_by_test_id("claim-next").click()
    expect(zhou.get_by_test_id("transcript")).to_contain_text("我要找人工")
    composer = zhou.get_by_test_id("composer")
    composer.press_sequentially("/请稍候")
    expect(zhou.get_by_test_id("reply")).not_to_have_count(0)
    zhou.screenshot(path=pictures / "replies.png")
    composer.press("Enter")
    expect(composer).to_have_value(PLEASE_WAIT)
    expect(zhou.get_by_test_id("replies")).to_be_hidden()
    composer.press("Enter")
    expect(zhou.get_by_test_id("transcript")).to_contain_text("查到后我会马上回复您")

    suggestions = zhou.get_by_test_id("suggestion")
    expect(suggestions).to_have_count(2)
    expect(suggestions.nth(1).get_by_test_id("insert")).to_have_count(0)
    suggestions.first.get_by_test_id("insert").click()
    expect(composer).to_have_value("人工在线服务时间为每日八点至二十二点。")
    zhou.get_by_test_id("send").click()
    said = zhou.locator('[data-testid="message"][data-sender="agent"]').last
    expect(said.get_by_test_id("source")).to_have_text("人工服务时间")


def test_a_blocked_sentence_is_released_by_a_supervisor(desk: Site, pictures: Path) -> None:
    zhou, gu = desk.log_in("zhou"), desk.log_in("gu")
    gu.goto(f"{desk.url}/board")
    zhou.get_by_test_id("claim-next").click()
    expect(zhou.get_by_test_id("transcript")).to_contain_text("我要找人工")
    zhou.get_by_test_id("composer").fill("这款产品不保本")
    zhou.get_by_test_id("send").click()
    zhou.get_by_test_id("ask-release").click()
    request = gu.get_by_test_id("request")
    expect(request).to_contain_text("这款产品不保本")
    request.get_by_test_id("release").click()
    expect(gu.get_by_text("请填写理由")).to_be_visible()
    request.get_by_test_id("reason").press_sequentially("否定句，未作承诺")
    gu.screenshot(path=pictures / "release.png")
    request.get_by_test_id("release").click()
    expect(request).to_have_count(0)
    said = zhou.locator('[data-testid="message"][data-sender="agent"]').last
    expect(said).to_contain_text("这款产品不保本")


def test_an_agent_needs_no_mouse(desk: Site) -> None:
    zhou, lin = desk.log_in("zhou"), desk.log_in("lin")
    lin.get_by_test_id("me").wait_for()
    keys = zhou.keyboard
    expect(zhou.get_by_test_id("queue-item")).to_have_count(2)

    keys.press("Alt+n")
    expect(zhou.get_by_test_id("transcript")).to_contain_text("我要找人工")
    expect(zhou.get_by_test_id("composer")).to_be_focused()
    keys.type("/请稍候")
    expect(zhou.get_by_test_id("reply")).not_to_have_count(0)
    keys.press("Enter")
    expect(zhou.get_by_test_id("composer")).to_have_value(PLEASE_WAIT)
    keys.press("Enter")
    expect(zhou.get_by_test_id("transcript")).to_contain_text("查到后我会马上回复您")

    keys.press("Alt+b")
    expect(zhou.get_by_test_id("note-text")).to_be_focused()
    keys.type("客户赶时间")
    keys.press("Control+Enter")
    expect(zhou.get_by_test_id("note")).to_be_hidden()
    expect(zhou.get_by_test_id("transcript")).to_contain_text("客户赶时间")

    keys.press("Alt+t")
    target = zhou.get_by_test_id("transfer-target")
    expect(target).to_be_focused()
    expect(target).to_have_value("agent:lin")
    keys.press("Tab")
    keys.type("请接着办理")
    keys.press("Control+Enter")
    expect(zhou.get_by_test_id("banner")).to_contain_text("他人接手")
    expect(lin.get_by_test_id("conversation-item")).to_have_count(1)

    keys.press("Alt+n")
    expect(zhou.get_by_test_id("composer")).to_be_enabled()
    expect(zhou.get_by_test_id("conversation-item")).to_have_count(1)
    keys.press("Alt+x")
    expect(zhou.get_by_test_id("banner")).to_contain_text("会话已结束")
    expect(zhou.get_by_test_id("conversation-item")).to_have_count(0)
