"""Two agents, a supervisor and three customers at once, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.acceptance.crowd import WITHIN, Crowd, crowded
from tests.acceptance.test_main_job import messages, say
from tests.unit.conversation.samples import HTML, PDF, picture

PICTURE: FilePayload = {"name": "回单.png", "mimeType": "image/png", "buffer": picture()}
LEAFLET: FilePayload = {"name": "办理指引.pdf", "mimeType": "application/pdf", "buffer": PDF}
DISGUISED: FilePayload = {"name": "照片.png", "mimeType": "image/png", "buffer": HTML}
NOT_FOUND = 404


@pytest.fixture
def crowd(browser: Browser, tmp_path: Path, valkey_url: str) -> Iterator[Crowd]:
    """Yield a stage on which agents pull."""
    with crowded(browser, tmp_path, valkey_url) as stage:
        yield stage


@pytest.fixture
def pushed(browser: Browser, tmp_path: Path, valkey_url: str) -> Iterator[Crowd]:
    """Yield a stage on which customers are offered to agents."""
    with crowded(browser, tmp_path, valkey_url, "general", "complaints") as stage:
        yield stage


def opened(agent: Page) -> str | None:
    """Return the conversation that an agent has open."""
    expect(agent.get_by_test_id("conversation-item")).not_to_have_count(0, timeout=WITHIN)
    return agent.get_by_test_id("conversation-item").first.get_attribute("data-conversation")


def test_two_agents_a_supervisor_and_three_customers(crowd: Crowd, pictures: Path) -> None:
    one, two, chief = (crowd.staff(login) for login in ("agent1", "agent2", "supervisor"))
    chief.goto(f"{crowd.desk}/board")
    customers = [crowd.customer() for _ in range(3)]
    for number, customer in enumerate(customers, start=1):
        expect(messages(customer, "bot").first).to_be_visible()
        say(customer, f"人工，我是第{number}位客户")
        expect(customer.get_by_test_id("queue-banner")).to_be_visible(timeout=WITHIN)
    expect(chief.get_by_test_id("case-row")).to_have_count(3, timeout=WITHIN)
    first, second, third = customers

    take_at_once(one, two)
    expect(third.get_by_test_id("queue-banner")).to_contain_text("前面还有 0 位", timeout=WITHIN)
    see_each_other(two, second, one)
    exchange_files(crowd, two, second, one)
    two.screenshot(path=pictures / "files.png")
    second.screenshot(path=pictures / "widget-files.png")
    give(chief, one, third)
    expect(messages(first, "agent").filter(has_text="我来为您办理")).to_have_count(0)
    take_over(chief, two, second)
    chief.screenshot(path=pictures / "taken-over.png")


def take_at_once(one: Page, two: Page) -> None:
    """Both take the next one at once, by keyboard: two customers, never the same."""
    for agent in (one, two):
        expect(agent.get_by_test_id("queue-item")).to_have_count(3, timeout=WITHIN)
    one.keyboard.press("Alt+n")
    two.keyboard.press("Alt+n")
    assert opened(one) != opened(two)
    expect(messages(one, "customer").last).to_contain_text("第1位")
    expect(messages(two, "customer").last).to_contain_text("第2位")


def see_each_other(agent: Page, customer: Page, other: Page) -> None:
    """Each sees the other type, and what was read; nobody else does."""
    customer.get_by_test_id("composer").press_sequentially("请问")
    expect(agent.get_by_test_id("typing")).to_be_visible()
    expect(other.get_by_test_id("typing")).to_be_hidden()
    agent.get_by_test_id("composer").press_sequentially("您好")
    expect(customer.locator(".dots")).to_be_visible()
    agent.get_by_test_id("composer").fill("这款理财保本保收益")
    expect(agent.get_by_test_id("warned")).to_contain_text("保收益")
    say(agent, "您好，请问有什么可以帮您")
    expect(agent.get_by_test_id("warned")).to_be_hidden()
    expect(messages(customer, "agent").last).to_contain_text("有什么可以帮您")
    expect(agent.get_by_test_id("arrival").last).to_have_text("已读")
    expect(customer.locator(".dots")).to_be_hidden()
    say(customer, "我看看回单")
    expect(messages(agent, "customer").last).to_contain_text("我看看回单")
    expect(messages(customer, "customer").last).to_contain_text("已读")
    expect(messages(other, "customer").filter(has_text="我看看回单")).to_have_count(0)


def exchange_files(crowd: Crowd, agent: Page, customer: Page, other: Page) -> None:
    """Pictures and documents go both ways; what only calls itself a picture is refused."""
    customer.get_by_test_id("file").set_input_files(PICTURE)
    expect(agent.get_by_test_id("file").locator("img")).to_be_visible(timeout=WITHIN)
    expect(customer.get_by_test_id("file-view").locator("img")).to_be_visible()
    customer.get_by_test_id("file").set_input_files(DISGUISED)
    expect(customer.get_by_test_id("connection")).to_contain_text("仅支持图片")
    address = agent.get_by_test_id("file").get_attribute("href")
    assert agent.request.get(f"{crowd.desk}{address}").ok
    assert other.request.get(f"{crowd.desk}{address}").status == NOT_FOUND
    agent.locator("input[type=file]").set_input_files(LEAFLET)
    expect(customer.get_by_test_id("file-view").filter(has_text="办理指引.pdf")).to_be_visible()


def give(chief: Page, agent: Page, customer: Page) -> None:
    """The supervisor gives a waiting customer to an agent who serves one already."""
    chief.get_by_test_id("case-row").filter(has_text="综合服务组").get_by_test_id("look").click()
    chief.get_by_test_id("reassign-to").select_option("agent1")
    chief.get_by_test_id("reassign").click()
    expect(agent.get_by_test_id("conversation-item")).to_have_count(2, timeout=WITHIN)
    expect(customer.get_by_test_id("label")).to_contain_text("坐席一号", timeout=WITHIN)
    agent.keyboard.press("Alt+ArrowDown")
    expect(messages(agent, "customer").last).to_contain_text("第3位")
    say(agent, "您好，我来为您办理")
    say(agent, "请稍等片刻")  # without waiting for the sentence before it
    expect(messages(customer, "agent").last).to_contain_text("请稍等片刻")
    expect(messages(customer, "agent").nth(-2)).to_contain_text("我来为您办理")


def take_over(chief: Page, agent: Page, customer: Page) -> None:
    """The supervisor takes over: who lost it is told at once and says nothing more."""
    held = chief.get_by_test_id("case-row").filter(has_text="坐席二号")
    held.get_by_test_id("look").click()
    chief.get_by_test_id("take-over").click()
    expect(agent.get_by_test_id("banner")).to_contain_text("他人接手")
    expect(agent.get_by_test_id("composer")).to_be_disabled()
    expect(chief.get_by_test_id("file").first).to_be_visible(timeout=WITHIN)
    say(chief, "您好，我是值班主管")
    expect(messages(customer, "agent").last).to_contain_text("值班主管")
    chief.get_by_test_id("close-conversation").click()
    expect(messages(customer, "system").last).to_contain_text("已结束", timeout=WITHIN)


def test_customers_are_offered_and_go_on_to_the_next_agent(pushed: Crowd, pictures: Path) -> None:
    one = pushed.staff("agent1")
    two = pushed.staff("agent2")  # came later, so has been idle for less
    customer = pushed.customer()
    expect(messages(customer, "bot").first).to_be_visible()
    say(customer, "人工")
    offer = one.get_by_test_id("offer")
    expect(offer).to_be_visible(timeout=WITHIN)
    expect(customer.get_by_test_id("queue-banner")).to_contain_text("前面还有 0 位")
    one.screenshot(path=pictures / "offer.png")
    expect(two.get_by_test_id("offers")).to_be_hidden()
    offer.get_by_test_id("decline").click()
    expect(one.get_by_test_id("state")).to_have_value("busy")
    expect(two.get_by_test_id("offer")).to_be_visible(timeout=WITHIN)
    two.keyboard.press("Alt+a")
    expect(customer.get_by_test_id("label")).to_contain_text("坐席二号", timeout=WITHIN)
    expect(one.get_by_test_id("offers")).to_be_hidden()
    say(two, "您好，请讲")
    expect(messages(customer, "agent").last).to_contain_text("请讲")
