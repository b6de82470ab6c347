"""A question answered, a risk notice said, a complaint in an agent's hands."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.running import System

COMPLAINT = "上个月乱扣我年费,打了三次电话没人管,我要投诉"
AMOUNT = "信用卡被多扣了300元，没人处理，我要投诉"


def say(page: Page, text: str) -> None:
    composer = page.get_by_test_id("composer")
    composer.fill(text)
    composer.press("Enter")


def messages(page: Page, sender: str, kind: str = "") -> Locator:
    of_kind = f'[data-kind="{kind}"]' if kind else ""
    return page.locator(f'[data-testid="message"][data-sender="{sender}"]{of_kind}')


def test_a_question_is_answered_after_its_notice(customer: Page, pictures: Path) -> None:
    expect(customer.get_by_test_id("label")).to_contain_text("智能客服(机器人)")
    expect(messages(customer, "bot").first).to_contain_text("机器人")
    say(customer, "你们的理财保本吗")
    answer = messages(customer, "bot").filter(has_text="理财不是存款，不承诺保本")
    expect(answer).to_be_visible()
    expect(answer.get_by_test_id("source")).to_contain_text("示例银行")
    texts = messages(customer, "bot").all_inner_texts()
    notice = next(i for i, text in enumerate(texts) if "理财非存款、产品有风险、投资须谨慎" in text)
    assert notice < next(i for i, text in enumerate(texts) if "不承诺保本" in text)
    customer.screenshot(path=pictures / "widget.png")
    say(customer, "怎么挂失银行卡")
    guidance = messages(customer, "bot").filter(has_text="卡片管理")
    expect(guidance).to_be_visible()
    expect(customer.get_by_test_id("queue-banner")).to_be_hidden()


def test_a_complaint_reaches_an_agent_with_everything(
    customer: Page, agent: Page, pictures: Path
) -> None:
    say(customer, "你们的理财保本吗")
    expect(messages(customer, "bot").filter(has_text="不承诺保本")).to_be_visible()
    say(customer, COMPLAINT)
    expect(messages(customer, "bot").filter(has_text="投诉").last).to_be_visible()
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()
    said_by_bot = messages(customer, "bot").count()
    say(customer, "有人吗")
    expect(messages(customer, "customer").filter(has_text="有人吗")).to_be_visible()

    waiting = agent.get_by_test_id("queue-item").filter(has_text="投诉").first
    waiting.get_by_test_id("claim").click()
    expect(messages(agent, "customer").filter(has_text=COMPLAINT)).to_be_visible()
    context = agent.get_by_test_id("context")
    for fact in ("投诉", "理财风险提示", "理财保本"):
        expect(context).to_contain_text(fact)
    expect(customer.get_by_test_id("label")).to_contain_text("坐席一号")
    agent.screenshot(path=pictures / "desk.png")

    say(agent, "您好，我来处理您的年费问题")
    expect(messages(customer, "agent").filter(has_text="年费问题")).to_be_visible()
    say(customer, "太好了，谢谢")
    expect(messages(agent, "customer").filter(has_text="太好了")).to_be_visible()

    say(agent, "这款理财保本保收益")
    expect(agent.get_by_test_id("blocked")).to_contain_text("保收益")
    agent.screenshot(path=pictures / "blocked.png")
    say(agent, "您问的那只基金可以在手机银行查询净值")
    fund = messages(customer, "agent").filter(has_text="查询净值")
    expect(fund).to_be_visible()
    expect(messages(customer, "agent", "notice").filter(has_text="基金")).to_be_visible()
    expect(messages(customer, "agent").filter(has_text="保本保收益")).to_have_count(0)
    assert messages(customer, "bot").count() == said_by_bot

    before = messages(customer, "agent").count()
    customer.reload()
    # The chat remembers that it was open; a new page shows the launcher only when it was not.
    if not customer.get_by_test_id("panel").is_visible():
        customer.get_by_test_id("launcher").click()
    expect(messages(customer, "agent")).to_have_count(before)
    agent.reload()
    expect(messages(agent, "customer").filter(has_text="太好了")).to_be_visible()

    agent.get_by_test_id("close-conversation").click()
    expect(messages(customer, "system").filter(has_text="人工服务已结束")).to_be_visible()


def test_an_agent_hands_back_to_the_bot(customer: Page, agent: Page) -> None:
    say(customer, "人工")
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()
    agent.get_by_test_id("queue-item").first.get_by_test_id("claim").click()
    expect(customer.get_by_test_id("label")).to_contain_text("坐席一号")
    agent.get_by_test_id("hand-back").click()
    expect(messages(customer, "system").filter(has_text="机器人")).to_be_visible()
    say(customer, "怎么挂失银行卡")
    expect(messages(customer, "bot").filter(has_text="卡片管理")).to_be_visible()


def test_what_was_said_of_amounts_and_products_reaches_the_agent(
    customer: Page, agent: Page
) -> None:
    say(customer, AMOUNT)
    expect(customer.get_by_test_id("queue-banner")).to_be_visible()
    mine = agent.get_by_test_id("queue-item").filter(has_text="300").first
    mine.get_by_test_id("claim").click()
    for fact in ("300元", "信用卡"):
        expect(agent.get_by_test_id("context-reason")).to_contain_text(fact)
    agent.get_by_test_id("close-conversation").click()


def test_the_terminal_does_the_same(system: System) -> None:
    said = system.run("chat", given="你们的理财保本吗\n人工\n")
    assert re.search(r"风险提示.*不承诺保本.*当前排在第", said, re.DOTALL)


def test_ask_prints_what_scripts_rely_on(system: System) -> None:
    lines = ["你们的理财保本吗", "怎么挂失银行卡", COMPLAINT, "人工", "我被骗了", "今天天气怎么样"]
    out = system.run("ask", "--json", given="\n".join(lines))
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["text"] for row in rows] == lines
    assert [row["route"] for row in rows] == [
        "answer",
        "answer",
        "complaint",
        "human",
        "fraud",
        "refuse",
    ]
    assert [row["owner"] for row in rows] == ["bot", "bot", "queue", "queue", "queue", "bot"]
    wealth, _, complaint, *_ = rows
    assert wealth["replies"][0]["kind"] == "notice"
    assert wealth["replies"][-1]["sources"] == ["wealth-principal-protection"]
    assert complaint["handoff"]["reason"] == "complaint"
    assert complaint["handoff"]["priority"] == 2
    together = system.run("ask", "--json", "--conversation", given="人工\n在吗")
    last = json.loads(together.splitlines()[-1])
    assert (last["owner"], last["replies"]) == ("queue", [])


def test_the_audit_chain_holds(system: System) -> None:
    assert "unbroken" in system.run("audit", "verify")
