"""An agent appeals, a supervisor decides and reads the figures, each in a browser of their own."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.studio_site import Site, wait_until_served
from tests.conftest import ROOT, free_port


@pytest.fixture
def site(browser: Browser) -> Iterator[Site]:
    """Serve the desk with inspected conversations, for one test."""
    port = free_port()
    command = [sys.executable, "-m", "tests.acceptance.quality_app", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ}) as process:
        made = Site(f"http://127.0.0.1:{port}", browser, [])
        try:
            wait_until_served(process, made.url)
            yield made
        finally:
            made.leave()
            process.send_signal(signal.SIGTERM)


def value(page: Page, figure: str) -> str:
    """Return what a figure reads."""
    return page.get_by_test_id(f"figure-{figure}").get_by_test_id("value").inner_text()


def test_inspection_appeal_decision_and_figures(site: Site, pictures: Path, tmp_path: Path) -> None:
    foreign: list[str] = []
    zhou = site.log_in("zhou")
    zhou.on("request", lambda asked: foreign.append(asked.url))
    zhou.get_by_role("link", name="质检").click()
    low = zhou.get_by_test_id("inspection").filter(has_text="开场问候").first
    identifier = low.get_by_role("link").inner_text()
    expect(zhou.get_by_test_id("chart-scores").locator("svg")).to_be_visible()
    low.get_by_role("link").click()
    expect(zhou.get_by_test_id("verdict-greeting")).to_contain_text("未见规定用语")
    expect(zhou.get_by_test_id("verdict-greeting")).to_contain_text("“在”")
    expect(zhou.get_by_test_id("review-form")).to_have_count(0)
    zhou.get_by_label("申诉理由").fill("系统接入提示已代为问候")
    zhou.get_by_test_id("appeal-send").click()
    expect(zhou.get_by_test_id("state")).to_have_text("申诉中")

    gu = site.log_in("gu")
    gu.on("request", lambda asked: foreign.append(asked.url))
    gu.goto(f"{site.url}/quality?show=appealed")
    gu.get_by_role("link", name=identifier).click()
    gu.screenshot(path=pictures / "quality.png")
    gu.get_by_label("处理理由").fill("属实，改判通过")
    gu.get_by_test_id("uphold").click()
    expect(gu.get_by_test_id("state")).to_have_text("申诉成立")
    expect(gu.get_by_test_id("verdict-greeting")).to_contain_text("人工改判")

    gu.get_by_role("link", name="报表").first.click()
    expect(gu.get_by_test_id("figure-connection")).to_contain_text("全部进线")
    for chart in ("chart-days", "chart-reasons"):
        expect(gu.get_by_test_id(chart).locator("svg")).to_be_visible()
    gu.screenshot(path=pictures / "figures.png", full_page=True)
    with gu.expect_download() as started:
        gu.get_by_test_id("export").click()
    file = tmp_path / "figures.csv"
    started.value.save_as(file)
    lines = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    written = {line[0]: line[1] for line in lines if len(line) > 1}
    assert written["接通率"] == value(gu, "connection")
    assert written["满意度（平均分）"] == value(gu, "satisfaction")
    assert re.fullmatch(r"\d+\.\d%", written["接通率"])
    assert all(url.startswith((site.url, "data:")) for url in foreign)
