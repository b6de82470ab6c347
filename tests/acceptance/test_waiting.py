"""What a customer can do while waiting and afterwards, in the running system with real Rasa."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Browser, Page, expect

from tests.acceptance.test_main_job import messages, say
from tests.acceptance.test_studio_wired import staff
from tests.running import System

COMPLAINT = "信用卡被多扣了789元，客服一直不处理，我要投诉"
NUMBER = re.compile(r"TS\d{8}-\d{4,}")


def told(page: Page, words: str) -> str:
    """Wait until the house or the bot says this; returns the whole text."""
    message = messages(page, "system").or_(messages(page, "bot")).filter(has_text=words).last
    expect(message).to_be_visible()
    return message.inner_text()


def press(page: Page, label: str) -> None:
    page.get_by_test_id("option").filter(has_text=label).last.click()


def test_a_complaint_from_the_first_word_to_the_survey(customer: Page, agent: Page) -> None:
    say(customer, COMPLAINT)
    found = NUMBER.search(told(customer, "您的投诉已登记，编号"))
    assert found
    told(customer, "不需要提供证明材料")
    press(customer, "跳过这一项")
    told(customer, "涉及哪个网点或渠道")
    press(customer, "跳过这一项")
    told(customer, "您希望我们怎样处理")
    say(customer, "退还789元并道歉")
    told(customer, "您补充的情况会一并交给处理人员")
    customer.get_by_test_id("wait").click()
    told(customer, "您的位置一直保留，当前排在第")
    expect(customer.get_by_test_id("queue-banner")).to_contain_text("您前面还有")

    agent.get_by_test_id("queue-item").filter(has_text="789").first.get_by_test_id("claim").click()
    expect(customer.get_by_test_id("label")).to_contain_text("坐席一号")
    expect(agent.get_by_test_id("context-told")).to_contain_text("退还789元并道歉")
    agent.get_by_test_id("close-conversation").click()
    told(customer, "请您为本次服务打分")
    press(customer, "2 不满意")
    told(customer, "感谢您的评价")
    press(customer, "写一句意见")
    told(customer, "请用一条消息写下您的意见")
    say(customer, "等待时间太长")
    told(customer, "您的意见已记录")

    say(customer, "我上次的投诉处理得怎么样了")
    assert found.group() in told(customer, "如果您有新的情况要补充")
    say(customer, f"帮我查一下 {found.group()}")
    expect(messages(customer, "bot").filter(has_text=found.group())).to_have_count(2)
    press(customer, "转人工")
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()
    customer.get_by_test_id("leave-queue").click()
    told(customer, "已为您取消排队")

    agent.goto(f"{agent.url.split('?')[0].rstrip('/')}/tickets/tasks")
    expect(agent.locator("body")).to_contain_text("2 分：等待时间太长")
    agent.goto(agent.url.replace("/tasks", ""))
    expect(agent.locator("body")).to_contain_text(found.group())


def test_a_message_is_left_instead_of_waiting(
    customer: Page, browser: Browser, system: System
) -> None:
    say(customer, "人工")
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()
    customer.get_by_test_id("leave-message").click()
    told(customer, "请用一条消息写下您的问题")
    say(customer, "咨询房贷提前还款，明天上午十点回电")
    told(customer, "您的留言已登记")
    expect(customer.get_by_test_id("queue-banner")).to_be_hidden()
    page = staff(browser, system, "supervisor")
    page.get_by_test_id("me").wait_for()
    page.goto(f"{system.desk}/tickets/tasks")
    expect(page.locator("body")).to_contain_text("咨询房贷提前还款，明天上午十点回电")
    page.context.close()


def test_large_text_is_one_step_from_a_person(
    customer: Page, browser: Browser, system: System
) -> None:
    customer.get_by_test_id("large-text").click()
    say(customer, "今天天气怎么样")
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()
    page = staff(browser, system, "supervisor")
    expect(page.get_by_test_id("queue-item").filter(has_text="天气").first).to_contain_text("老年")
    page.context.close()
    customer.get_by_test_id("leave-queue").click()


def test_who_says_to_be_old_or_not_to_manage_reaches_a_person_at_once(system: System) -> None:
    lines = ["我年纪大了", "不会用", "我年纪大了，手机银行不会用"]
    out = system.run("ask", "--json", given="\n".join(lines))
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["owner"], row["handoff"]["reason"]) for row in rows] == [
        ("queue", "elderly")
    ] * len(lines)


def test_a_fraud_reported_while_waiting_goes_to_the_emergency_group(system: System) -> None:
    out = system.run("ask", "--json", "--conversation", given="人工\n我被骗了，刚转了钱过去")
    before, after = (json.loads(line) for line in out.splitlines())
    assert before["handoff"]["group"] == "general"
    assert (after["handoff"]["group"], after["handoff"]["priority"]) == ("fraud", 1)
    assert "安全账户" in after["replies"][0]["text"]


def test_nobody_elses_complaint_is_told(system: System) -> None:
    out = system.run("ask", "--json", given="查一下投诉 TS20260101-0001 的进度")
    row = json.loads(out)
    said = "".join(reply["text"] for reply in row["replies"])
    assert "没有查询到您名下的这个投诉编号" in said
