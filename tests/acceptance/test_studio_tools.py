"""The studio in a browser: trying questions, importing and exporting, unanswered questions."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.acceptance.studio_site import Site

MEGABYTE = 2**20
LONG = 120_000
"""Milliseconds a large file may take on a slow, busy machine."""


def tid(page: Page, name: str) -> Locator:
    return page.get_by_test_id(name)


def upload(page: Page, name: str, data: bytes) -> None:
    """Choose a file in the upload field."""
    payload = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
    page.locator("input[type=file]").set_input_files(payload)


def workbook(rows: list[list[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_question_is_tried(studio: Site, pictures: Path) -> None:
    page = studio.open("li", "/studio/try")
    tid(page, "question").fill("买理财会亏吗")
    tid(page, "question").press("Enter")
    expect(tid(page, "decision")).to_have_text("直接回答")
    expect(tid(page, "why")).to_contain_text("完全一致")
    expect(tid(page, "hit").first).to_contain_text("wealth-risk")
    expect(tid(page, "web").get_by_test_id("notice")).to_contain_text("投资须谨慎")
    expect(tid(page, "web")).to_contain_text("理财产品不保本")
    expect(tid(page, "wechat")).to_contain_text("理财产品不保本")
    size = tid(page, "bytes").first.inner_text()
    assert 0 < int(size.split()[0]) <= 2048
    page.screenshot(path=pictures / "studio-try.png")
    tid(page, "question").fill("明天股票会涨吗")
    tid(page, "ask").click()
    expect(tid(page, "decision")).to_have_text("不回答，转人工")
    expect(tid(page, "answer")).to_contain_text("不会回答")
    tid(page, "question").fill("【内部】接待来访客户的话术")
    tid(page, "ask").click()
    expect(tid(page, "hit").filter(has_text="staff-script")).to_have_count(0)
    tid(page, "audience").select_option("internal")
    expect(tid(page, "hit").first).to_contain_text("staff-script")


def test_a_standard_becomes_drafts(studio: Site, pictures: Path) -> None:
    document = Document()
    document.add_heading("客户服务规范", 1)
    document.add_heading("如何预约网点服务？", 2)
    document.add_paragraph("可以在手机银行预约。<script>alert(1)</script>")
    document.add_heading("怎么挂失银行卡？", 2)
    document.add_paragraph("请在手机银行办理挂失。")
    out = BytesIO()
    document.save(out)
    page = studio.open("li", "/studio/import")
    upload(page, "../../etc/服务规范.docx", out.getvalue())
    expect(tid(page, "found")).to_contain_text("2")
    drafts = tid(page, "draft")
    expect(drafts.filter(has_text="怎么挂失银行卡？").get_by_test_id("changes")).to_be_visible()
    page.screenshot(path=pictures / "studio-import.png")
    tid(page, "none").click()
    expect(tid(page, "make-drafts")).to_be_disabled()
    drafts.filter(has_text="如何预约网点服务").get_by_test_id("tick").check()
    tid(page, "make-drafts").click()
    expect(tid(page, "drafted")).to_contain_text("已新建 1 份草稿")
    tid(page, "see-drafts").click()
    expect(tid(page, "row").filter(has_text="如何预约网点服务")).to_be_visible()


def test_a_list_with_double_ids_and_wrong_dates(studio: Site) -> None:
    rows = [
        ["编号", "标准问", "答案", "生效日期", "失效日期"],
        ["faq-one", "零钱怎么兑换？", "<b>请到网点</b>兑换。", "2026-01-01", "2027-01-01"],
        ["faq-one", "残币怎么兑换？", "请到网点兑换。", "2026-01-01", "2027-01-01"],
        ["faq-two", "外币怎么兑换？", "请到网点兑换。", "2026-02-30", "2027-01-01"],
        ["faq-three", "硬币怎么清点？", "请到网点清点。", "2027-01-01", "2026-01-01"],
    ]
    text = "\n".join(",".join(row) for row in rows)
    page = studio.open("li", "/studio/import")
    upload(page, "faq.csv", text.encode("gb18030"))
    problems = tid(page, "problem")
    expect(problems.filter(has_text="faq-one").first).to_contain_text("重复")
    expect(problems.filter(has_text="2026-02-30").first).to_contain_text("不是有效日期")
    expect(problems.filter(has_text="失效日期早于生效日期").first).to_be_visible()
    tid(page, "make-drafts").click()
    expect(tid(page, "drafted")).to_be_visible()
    upload(page, "faq.csv", text.encode("gb18030"))
    expect(tid(page, "changes").first).to_be_visible()
    page.goto(f"{studio.url}/studio/article/faq-one")
    expect(tid(page, "field-body")).to_have_value("请到网点兑换。")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("broken.docx", b"PK\x03\x04 this is no archive", "已损坏"),
        ("program.docx", b"MZ\x90\x00" + b"\0" * 200, "不符"),
        ("empty.csv", b"", "没有可以导入的内容"),
        ("picture.exe", b"MZ", "只能导入"),
    ],
)
def test_what_cannot_be_read_says_why(studio: Site, name: str, data: bytes, words: str) -> None:
    page = studio.open("li", "/studio/import")
    page.locator("input[type=file]").evaluate("field => field.removeAttribute('accept')")
    upload(page, name, data)
    expect(tid(page, "refused")).to_contain_text(words)
    expect(tid(page, "refused")).to_be_visible()


def test_twenty_megabytes_do_not_stop_the_others(studio: Site, tmp_path: Path) -> None:
    page = studio.open("li", "/studio/import")
    other = studio.open("wang", "/studio")
    big = tmp_path / "big.xlsx"
    big.write_bytes(_padded(workbook(_long_list()), 20 * MEGABYTE))
    page.locator("input[type=file]").set_input_files(big)
    expect(tid(page, "progress")).to_be_visible(timeout=LONG)
    tid(other, "search").fill("card-pin")
    expect(tid(other, "row")).to_have_count(1)
    expect(tid(page, "found")).to_be_visible(timeout=LONG)
    expect(tid(page, "found")).to_contain_text("2000")


def _long_list() -> list[list[str]]:
    rows = [["问题", "答案"]]
    return rows + [[f"第 {n} 个问题怎么办理？", f"第 {n} 个答案。" * 8] for n in range(2000)]


def _padded(book: bytes, size: int) -> bytes:
    """Return the workbook with a picture in it that makes the file so large."""
    out = BytesIO(book)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/image1.png", bytes(range(256)) * ((size - len(book)) // 256))
    return out.getvalue()


def test_too_large_a_file_is_refused(studio: Site, tmp_path: Path) -> None:
    page = studio.open("li", "/studio/import")
    big = tmp_path / "big.csv"
    big.write_bytes(b"x" * (26 * MEGABYTE))
    page.locator("input[type=file]").set_input_files(big)
    expect(tid(page, "refused")).to_contain_text("太大")


def test_everything_can_be_taken_away(studio: Site) -> None:
    page = studio.open("zhao", "/studio/import")
    with page.expect_download() as sent:
        tid(page, "export-zip").click()
    with zipfile.ZipFile(sent.value.path()) as archive:
        names = archive.namelist()
    assert "articles/card/card-loss.md" in names
    assert "values.yml" in names
    with page.expect_download() as sent:
        tid(page, "export-csv").click()
    assert "怎么挂失银行卡" in sent.value.path().read_text("utf-8-sig")


def test_unanswered_questions_become_drafts(studio: Site, pictures: Path) -> None:
    page = studio.open("li", "/studio/unanswered")
    clusters = tid(page, "cluster")
    wallet = clusters.filter(has_text="数字人民币")
    expect(wallet).to_contain_text("问过 3 次")
    expect(wallet.get_by_test_id("example")).to_have_count(3)
    page.screenshot(path=pictures / "studio-unanswered.png")
    clusters.filter(has_text="招聘").get_by_test_id("do-dismiss").click()
    tid(page, "reason").fill("与业务无关")
    tid(page, "confirm").click()
    expect(clusters.filter(has_text="招聘")).to_have_count(0)
    tid(page, "wanted").select_option("dismissed")
    expect(tid(page, "mark")).to_contain_text("与业务无关")
    tid(page, "wanted").select_option("attention")
    wallet.get_by_test_id("do-make_draft").click()
    expect(tid(page, "field-questions")).to_be_visible()
    written = tid(page, "field-title").input_value() + tid(page, "field-questions").input_value()
    assert written.count("数字人民币钱包") == 3
    page.goto(f"{studio.url}/studio/unanswered")
    swallowed = clusters.filter(has_text="吞了")
    swallowed.get_by_test_id("do-add_to").click()
    tid(page, "pick-search").fill("card-pin")
    tid(page, "pick").filter(has_text="取款密码").click()
    expect(tid(page, "item-title")).to_contain_text("取款密码")
    assert "吞了" in tid(page, "field-questions").input_value()


def test_an_agents_answer_becomes_a_draft(studio: Site) -> None:
    page = studio.open("wang", "/studio/unanswered")
    proposal = tid(page, "proposal")
    expect(proposal).to_contain_text("钱坐席")
    proposal.get_by_test_id("take").click()
    expect(tid(page, "field-body")).to_have_value("可以，请带护照原件和居留证明到网点办理。")
    page.goto(f"{studio.url}/studio/unanswered")
    expect(tid(page, "count")).to_contain_text("组")
    expect(proposal).to_have_count(0)


def test_who_was_given_a_superseded_answer(studio: Site) -> None:
    page = studio.open("li", "/studio/article/card-loss")
    tid(page, "given").click()
    expect(tid(page, "given")).to_have_count(1)
    expect(tid(page, "given")).to_contain_text("网页访客 7A1C")


def test_values_are_listed_with_who_cites_them(studio: Site) -> None:
    page = studio.open("li", "/studio/values")
    expect(tid(page, "row")).to_have_count(2)
    tid(page, "search").fill("热线")
    expect(tid(page, "row")).to_have_count(1)
    tid(page, "row").get_by_text("hotline").click()
    expect(tid(page, "field-value")).to_have_value("400-000-0000")
