"""Imports that go wrong or meet one another, and what is taken away."""

from __future__ import annotations

import csv
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.acceptance.studio_site import Site

LONG = 120_000
"""Milliseconds a large file may take on a slow, busy machine."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048
NASTY = "<script>window.hit=1</script><img src=x onerror='window.hit=1'>"


def tid(page: Page, name: str) -> Locator:
    return page.get_by_test_id(name)


def upload(page: Page, name: str, data: bytes) -> None:
    """Choose a file in the upload field."""
    payload = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
    page.locator("input[type=file]").set_input_files(payload)


def listed(*rows: tuple[str, ...]) -> bytes:
    """Return an FAQ list as CSV."""
    out = StringIO()
    csv.writer(out).writerows([("编号", "标准问", "相似问", "答案"), *rows])
    return out.getvalue().encode("utf-8-sig")


def make(page: Page) -> None:
    tid(page, "make-drafts").click()
    expect(tid(page, "drafted")).to_be_visible(timeout=LONG)


def takeaway(page: Page, form: str) -> Path:
    with page.expect_download() as sent:
        tid(page, f"export-{form}").click()
    return sent.value.path()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("locked.xlsx", OLE, "另存为"),
        ("renamed.csv", b"PK\x03\x04" + b"\0" * 100, "不符"),
        ("nothing.csv", "编号,别的\n1,2\n".encode(), "没有找到"),
        ("wrong.md", b"---\nid: [\n---\n", "wrong.md"),
    ],
)
def test_a_file_that_is_no_use_is_named(studio: Site, name: str, data: bytes, words: str) -> None:
    page = studio.open("li", "/studio/import")
    upload(page, name, data)
    told = tid(page, "refused").or_(tid(page, "problem")).first
    expect(told).to_contain_text(words)
    expect(tid(page, "drafted")).to_have_count(0)


def test_a_date_no_calendar_has_is_told_with_its_line(studio: Site) -> None:
    text = (
        "---\nid: faq-no-date\ntitle: 零钞怎么清点？\nquestions: [清点零钞]\n"
        "topic: branch\ncategories: []\naudience: customer\nowner: 运营部\nsource: 规范\n"
        "citation_status: internal\neffective: 2026-02-30\nexpires: 2027-01-01\n"
        "review: 2026-06-01\n---\n请到网点。\n"
    )
    page = studio.open("li", "/studio/import")
    upload(page, "one.md", text.encode())
    told = tid(page, "refused").or_(tid(page, "problem")).first
    expect(told).to_contain_text("one.md")
    expect(told).to_contain_text("第 11 行")
    expect(told).to_contain_text("生效日期")


def test_two_people_import_the_same_file_at_once(studio: Site) -> None:
    rows = listed(("faq-both", "旧版人民币还能用吗？", "旧版钞票", "可以到网点兑换。"))
    pages = [studio.open(login, "/studio/import") for login in ("li", "wang")]
    for page in pages:
        upload(page, "both.csv", rows)
        expect(tid(page, "draft")).to_have_count(1)
        expect(tid(page, "changes")).to_have_count(0)
    for page in pages:
        make(page)
    expect(tid(pages[0], "drafted")).to_contain_text("已新建 1 份草稿")
    expect(tid(pages[1], "drafted")).to_contain_text("已新建 0 份草稿")
    expect(tid(pages[1], "not-drafted")).to_contain_text("编号已经有人用了")


def test_html_and_scripts_of_a_file_stay_text(studio: Site) -> None:
    title = f"标题{NASTY}"
    page = studio.open("li", "/studio/import")
    upload(page, f"{NASTY.replace('/', '')}.csv", listed(("faq-nasty", title, NASTY, NASTY)))
    expect(tid(page, "problem").first).to_contain_text("<script>")
    expect(tid(page, "problems")).to_contain_text("文字中的网页代码已去除")
    expect(tid(page, "problems")).to_contain_text("没有答案，本行没有导入")
    expect(tid(page, "make-drafts")).to_be_disabled()
    upload(page, "nasty.csv", listed(("faq-nasty", "标题很安全", NASTY, f"正文{NASTY}")))
    expect(tid(page, "draft")).to_contain_text("标题很安全")
    make(page)
    page.goto(f"{studio.url}/studio/article/faq-nasty")
    expect(tid(page, "item-title")).to_have_text("标题很安全")
    assert "onerror" not in tid(page, "field-body").input_value()
    assert page.evaluate("window.hit") is None


def test_an_internal_article_stays_internal(studio: Site) -> None:
    page = studio.open("li", "/studio/import")
    rows = listed(("", "【内部】接待来访客户的话术", "", "先问好，再核实需求。"))
    upload(page, "script.csv", rows)
    expect(tid(page, "changes")).to_be_visible()
    make(page)
    expect(tid(page, "drafted")).to_contain_text("1 条已有内容开了修改稿")
    page.goto(f"{studio.url}/studio/article/staff-script")
    expect(tid(page, "field-body")).to_have_value("先问好，再核实需求。")
    expect(tid(page, "field-audience")).to_have_value("internal")
    expect(tid(page, "field-owner")).to_have_value("运营管理部")
    assert page.locator(".page-head").get_by_test_id("state").all_inner_texts() == [
        "已发布",
        "草稿",
    ]


def test_only_who_may_write_imports(studio: Site) -> None:
    page = studio.open("zhao", "/studio/import")
    expect(tid(page, "export-zip")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(0)


def test_pages_of_a_long_list_keep_what_was_chosen(studio: Site) -> None:
    rows = [(f"faq-long-{n}", f"第 {n} 号长问题？", "", f"答案 {n}。") for n in range(60)]
    page = studio.open("li", "/studio/import")
    upload(page, "long.csv", listed(*rows))
    expect(tid(page, "draft")).to_have_count(50)
    tid(page, "none").click()
    expect(tid(page, "make-drafts")).to_be_disabled()
    tid(page, "draft").filter(has_text="第 3 号长问题").get_by_test_id("tick").check()
    page.get_by_text("下一页").click()
    expect(tid(page, "draft")).to_have_count(10)
    tid(page, "draft").filter(has_text="第 57 号长问题").get_by_test_id("tick").press("Space")
    expect(tid(page, "make-drafts")).to_contain_text("2")
    page.get_by_text("上一页").click()
    expect(
        tid(page, "draft").filter(has_text="第 3 号长问题").get_by_test_id("tick")
    ).to_be_checked()
    make(page)
    expect(tid(page, "drafted")).to_contain_text("已新建 2 份草稿")


def test_what_is_taken_away_is_what_is_published(studio: Site) -> None:
    editor = studio.open("li", "/studio/article/ebank-login")
    tid(editor, "do-edit").click()
    expect(tid(editor, "do-save")).to_be_visible()
    tid(editor, "field-body").fill("还没有发布的说法。")
    tid(editor, "do-submit").click()
    expect(tid(editor, "do-withdraw")).to_be_visible()
    page = studio.open("zhao", "/studio/article/ebank-login")
    tid(page, "do-approve").click()
    tid(page, "confirm").click()
    expect(tid(page, "explained")).to_contain_text("已批准")
    page.goto(f"{studio.url}/studio/import")
    with zipfile.ZipFile(takeaway(page, "zip")) as archive:
        text = archive.read("articles/ebank/ebank-login.md").decode()
    assert "还没有发布的说法" not in text
    assert "title: 手机银行登录不了怎么办？" in text


def test_a_list_comes_back_as_it_went(studio: Site) -> None:
    page = studio.open("li", "/studio/import")
    data = takeaway(page, "xlsx").read_bytes()
    sheet = load_workbook(BytesIO(data))["FAQ"]
    count = len(list(sheet.rows)) - 1
    upload(page, "again.xlsx", data)
    expect(tid(page, "found")).to_contain_text(str(count))
    expect(tid(page, "changes")).to_have_count(count)
    expect(tid(page, "problem")).to_have_count(0)


def test_no_formula_is_evaluated(studio: Site) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(index=0)
    sheet.append(["问题", "答案"])
    sheet.append(["公式怎么算？", '=HYPERLINK("http://evil.example","点")'])
    sheet.append(["没有公式的一行？", "照常导入。"])
    out = BytesIO()
    book.save(out)
    page = studio.open("li", "/studio/import")
    upload(page, "formula.xlsx", out.getvalue())
    expect(tid(page, "problem").first).to_contain_text("第 2 行")
    expect(tid(page, "problem").first).to_contain_text("单元格是公式")
    expect(tid(page, "draft").filter(has_text="没有公式的一行")).to_have_count(1)
    expect(tid(page, "draft").filter(has_text="HYPERLINK")).to_have_count(0)
