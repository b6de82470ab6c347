"""A notice in the widget: the quick reply that it was read is a record, and is thanked for."""

from __future__ import annotations

import csv
import io

from playwright.sync_api import Page, expect

from tests.acceptance.test_main_job import messages, say
from tests.running import System

CONFIRM = "我已阅读并知悉"


def test_the_quick_reply_is_recorded_and_the_bot_thanks(customer: Page, system: System) -> None:
    say(customer, "你们的理财保本吗")
    expect(messages(customer, "bot").filter(has_text="不承诺保本")).to_be_visible()
    answers = messages(customer, "bot").count()
    customer.get_by_test_id("option").filter(has_text=CONFIRM).first.click()
    expect(messages(customer, "customer").filter(has_text=CONFIRM)).to_be_visible()
    expect(messages(customer, "system").filter(has_text="已记录您阅读了")).to_be_visible()
    assert messages(customer, "bot").count() == answers, "it is no question for the bot"

    target = system.var / "evidence.csv"
    system.run(
        "audit", "export", "--format", "csv", "--from", "2026-01-01", "--output", str(target)
    )
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    read = [row for row in rows if row["类别"] == "提示确认"]
    assert read
    assert read[-1]["提示版本"]
    shown = [
        row for row in rows if row["类别"] == "风险提示" and row["提示编号"] == read[-1]["提示编号"]
    ]
    assert any(row["客户确认"].startswith("已确认") for row in shown)
