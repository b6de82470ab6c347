"""The studio in the running system: who gets in, what is served, what agents propose."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.acceptance.test_main_job import messages, say
from tests.running import System

COMPLAINT = "信用卡被多扣了567元，没人处理，我要投诉"
QUESTION = "外籍配偶可以一起办联名账户吗"
ANSWER = "目前不办理联名账户，每位客户请用本人证件单独开户。"


def staff(browser: Browser, system: System, login: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(system.desk)
    page.get_by_test_id("login-user").fill(login)
    page.get_by_test_id("login-password").fill("yinqiao-demo-2026")
    page.get_by_test_id("login-submit").click()
    return page


def test_content_staff_come_to_the_studio_and_see_what_every_process_serves(
    browser: Browser, system: System
) -> None:
    page = staff(browser, system, "editor")
    page.wait_for_url("**/studio")
    expect(page.get_by_test_id("count")).to_contain_text("条")
    page.goto(f"{system.desk}/studio/publish")
    expect(page.locator("body")).to_contain_text("2 / 2 个服务已换用")
    page.context.close()


def test_an_agents_good_answer_is_proposed_to_content_staff(
    browser: Browser, system: System, customer: Page, agent: Page
) -> None:
    say(customer, COMPLAINT)
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()
    mine = agent.get_by_test_id("queue-item").filter(has_text="567").first
    mine.get_by_test_id("claim").click()
    expect(customer.get_by_test_id("label")).to_contain_text("坐席一号")
    say(customer, QUESTION)
    expect(messages(agent, "customer").filter(has_text=QUESTION)).to_be_visible()
    say(agent, ANSWER)
    said = messages(agent, "agent").filter(has_text=ANSWER)
    said.get_by_test_id("propose").click()
    expect(agent.locator(".q-notification").filter(has_text="已推荐")).to_be_visible()
    agent.get_by_test_id("close-conversation").click()

    page = staff(browser, system, "editor")
    page.wait_for_url("**/studio")
    page.goto(f"{system.desk}/studio/unanswered")
    expect(page.locator("body")).to_contain_text(QUESTION)
    expect(page.locator("body")).to_contain_text(ANSWER)
    expect(page.locator("body")).to_contain_text("坐席一号")
    page.context.close()
