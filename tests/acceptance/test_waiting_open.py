"""What a customer sees and can do in line while people serve: place, estimate, the three ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from handoff.opening_hours import DEFAULT_PATH
from handoff.routing import Routing
from tests.acceptance.crowd import WITHIN, Crowd, crowded
from tests.acceptance.test_main_job import messages, say
from tests.acceptance.test_waiting import press, told

SERVED = 3
"""From so many pick-ups on an estimate is given."""
TRIES, SHORTLY = 10, 3_000
"""How often a list is opened again, and for how many milliseconds it is looked at."""
ESTIMATE = re.compile(r"预计(还需等待)?约 \d+ 分钟")


@pytest.fixture
def crowd(browser: Browser, tmp_path: Path, valkey_url: str) -> Iterator[Crowd]:
    """Yield a stage on which every group serves at any time."""
    hours = yaml.safe_load(DEFAULT_PATH.read_text("utf-8"))
    hours["always"] = sorted(Routing.load().groups)
    path = tmp_path / "hours.yml"
    path.write_text(yaml.safe_dump(hours, allow_unicode=True), "utf-8")
    with crowded(browser, tmp_path, valkey_url, opening_hours=path) as stage:
        yield stage


def waits(page: Page, words: str = "人工") -> None:
    """Ask for a person, and stand in line."""
    expect(messages(page, "bot").first).to_be_visible()
    say(page, words)
    expect(page.get_by_test_id("queue-banner")).to_be_visible(timeout=WITHIN)


def listed(page: Page, address: str, words: str) -> None:
    """Open a page until it shows this: what follows from a message is kept after its answer."""
    for _ in range(TRIES):
        page.goto(address)
        try:
            expect(page.locator("body")).to_contain_text(words, timeout=SHORTLY)
        except AssertionError:
            continue
        return
    expect(page.locator("body")).to_contain_text(words)


def test_place_estimate_and_the_three_ways_within_the_opening_hours(
    crowd: Crowd, pictures: Path
) -> None:
    agent = crowd.staff("agent1")
    for number in range(1, SERVED + 1):
        early = crowd.customer()
        waits(early)
        told(early, "当前排在第 1 位。请不要关闭页面")
        agent.get_by_test_id("queue-item").first.wait_for()
        agent.keyboard.press("Alt+n")
        expect(agent.get_by_test_id("conversation-item")).to_have_count(number, timeout=WITHIN)
        expect(early.get_by_test_id("label")).to_contain_text("坐席一号", timeout=WITHIN)

    first, second = crowd.customer(), crowd.customer()
    waits(first)
    waits(second)
    assert ESTIMATE.search(told(first, "当前排在第 1 位"))
    assert ESTIMATE.search(told(second, "当前排在第 2 位"))
    banner = second.get_by_test_id("queue-banner")
    expect(banner).to_contain_text("您前面还有 1 位")
    expect(banner).to_contain_text(ESTIMATE)
    second.screenshot(path=pictures / "waiting-open.png")

    press(second, "继续等待")
    assert ESTIMATE.search(told(second, "您的位置一直保留，当前排在第 2 位"))
    press(first, "返回机器人")
    told(first, "已为您取消排队")
    expect(first.get_by_test_id("queue-banner")).to_be_hidden()
    expect(banner).to_contain_text("您前面还有 0 位", timeout=WITHIN)
    say(first, "你好")
    expect(messages(first, "bot").filter(has_text="您好，请讲")).to_be_visible()

    press(second, "留言")
    told(second, "请用一条消息写下您的问题")
    say(second, "请明天上午回电，咨询开户")
    told(second, "您的留言已登记")
    expect(banner).to_be_hidden()
    listed(agent, f"{crowd.desk}/tickets/tasks", "请明天上午回电，咨询开户")
