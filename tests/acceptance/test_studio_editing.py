"""The studio in a browser: the list, writing, the workflow with four eyes."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.acceptance.studio_site import Site

WRITTEN = "理财产品**不保本**，收益随市场波动。如有疑问请拨打 "


def tid(page: Page, name: str) -> Locator:
    return page.get_by_test_id(name)


def draft(page: Page, title: str, item: str, topic: str = "card") -> None:
    """Make a new article and open it."""
    tid(page, "new").click()
    tid(page, "field-id").fill(item)
    tid(page, "field-title").fill(title)
    tid(page, "field-topic").fill(topic)
    tid(page, "create").click()
    expect(tid(page, "item-title")).to_have_text(title)


def complete(page: Page, body: str, questions: str) -> None:
    """Fill in what an article must have."""
    tid(page, "field-questions").fill(questions)
    tid(page, "field-body").fill(body)
    tid(page, "field-owner").fill("运营管理部")
    tid(page, "field-source").fill("示例银行《客户服务规范》")
    tid(page, "field-effective").fill("2026-01-01")
    tid(page, "field-expires").fill("2099-12-31")
    tid(page, "field-review").fill("2099-06-30")


def told(page: Page, words: str) -> None:
    expect(page.locator(".q-notification").filter(has_text=words).first).to_be_visible()


def states(page: Page) -> list[str]:
    return page.locator(".page-head").get_by_test_id("state").all_inner_texts()


def test_nobody_gets_in_without_the_right(studio: Site) -> None:
    page = studio.browser.new_page()
    page.goto(f"{studio.url}/studio")
    assert "/login" in page.url
    page.close()
    page = studio.log_in("agent")
    page.goto(f"{studio.url}/studio")
    assert page.url.endswith("/login?error=forbidden")


def test_the_list_is_searched_filtered_and_sorted(studio: Site, pictures: Path) -> None:
    page = studio.open("li", "/studio")
    rows = tid(page, "row")
    expect(tid(page, "count")).to_contain_text("共 2")
    page.screenshot(path=pictures / "studio-list.png")
    # Other tests leave drafts in the studio that they share.
    tid(page, "filter-state").select_option("published")
    tid(page, "search").fill("买理财会亏吗")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("wealth-risk")
    assert "q=" in page.url
    page.reload()
    expect(rows).to_have_count(1)
    tid(page, "search").fill("")
    tid(page, "filter-category").select_option("wealth")
    expect(rows).to_have_count(2)
    tid(page, "filter-category").select_option("")
    tid(page, "filter-audience").select_option("internal")
    expect(rows).to_have_count(1)
    tid(page, "filter-audience").select_option("")
    tid(page, "sort-title").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("标题")
    first = rows.first.inner_text()
    tid(page, "sort-title").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("标题")
    expect(rows.first).not_to_have_text(first)
    tid(page, "filter-due").select_option("review")
    expect(rows).to_have_count(0)


def test_a_draft_becomes_an_approved_text_by_four_eyes(studio: Site, pictures: Path) -> None:
    author = studio.open("chen", "/studio")
    draft(author, "银行卡消磁了怎么办？", "card-demagnetised")
    assert states(author) == ["草稿"]
    expect(tid(author, "do-approve")).to_have_count(0)
    tid(author, "do-submit").click()
    told(author, "还有内容需要修改")
    expect(tid(author, "fault").first).to_be_visible()

    author.get_by_label("个人贷款").check()
    tid(author, "field-citation_status").select_option("secondary")
    complete(author, "请携带身份证件到任一网点更换新卡。咨询电话 ", "卡刷不出来\n卡没磁了")
    tid(author, "field-body").press("End")
    tid(author, "pick-value").select_option("hotline")
    expect(tid(author, "field-body")).to_have_value(
        "请携带身份证件到任一网点更换新卡。咨询电话 {{hotline}}"
    )
    expect(tid(author, "preview")).to_contain_text("咨询电话 400-000-0000")
    expect(tid(author, "dirty")).to_be_visible()
    author.keyboard.press("Control+s")
    expect(tid(author, "dirty")).to_be_hidden()
    expect(tid(author, "fine")).to_be_visible()
    author.reload()
    expect(tid(author, "fine")).to_be_visible()
    expect(author.get_by_label("个人贷款")).to_be_checked()
    expect(tid(author, "field-citation_status")).to_have_value("secondary")
    author.screenshot(path=pictures / "studio-article.png")
    tid(author, "do-submit").click()
    expect(tid(author, "four-eyes")).to_be_visible()
    assert states(author) == ["待审核"]
    # The author is also a reviewer: there is no button, and the service refuses too
    # (tests/unit/knowledge_base/catalogue).
    expect(tid(author, "do-approve")).to_have_count(0)

    reviewer = studio.open("zhao", "/studio?state=review")
    reviewer.get_by_text("银行卡消磁了怎么办？").click()
    expect(tid(reviewer, "do-save")).to_have_count(0)
    tid(reviewer, "do-send_back").click()
    tid(reviewer, "confirm").click()
    expect(reviewer.locator(".dialog .wrong")).to_be_visible()
    tid(reviewer, "reason").fill("请补充挂失的办法")
    tid(reviewer, "confirm").click()
    expect(tid(reviewer, "note")).to_contain_text("请补充挂失的办法")

    expect(tid(author, "note")).to_contain_text("请补充挂失的办法")
    tid(author, "field-body").fill("请携带身份证件到任一网点更换新卡，期间可先办理挂失。")
    tid(author, "do-submit").click()
    expect(tid(author, "do-withdraw")).to_be_visible()

    expect(tid(reviewer, "do-approve")).to_be_visible()
    tid(reviewer, "comment").fill("这样清楚多了")
    tid(reviewer, "comment-send").click()
    expect(tid(reviewer, "remark")).to_contain_text("这样清楚多了")
    tid(reviewer, "do-approve").click()
    tid(reviewer, "day").fill("2098-01-01")
    tid(reviewer, "confirm").click()
    expect(tid(reviewer, "explained")).to_contain_text("2098-01-01")
    assert states(reviewer) == ["待发布"]


def test_history_shows_words_and_restores(studio: Site, pictures: Path) -> None:
    page = studio.open("li", "/studio/article/loan-early")
    before = tid(page, "field-body").input_value()
    tid(page, "do-edit").click()
    expect(tid(page, "do-save")).to_be_visible()
    tid(page, "field-body").fill(before + "提前还款请至少提前三天预约。")
    tid(page, "do-save").click()
    expect(tid(page, "dirty")).to_be_hidden()
    tid(page, "history").click()
    expect(tid(page, "revision")).to_have_count(2)
    change = tid(page, "diff").locator('[data-field="body"]')
    expect(change.locator("ins")).to_have_text("提前还款请至少提前三天预约。")
    expect(change.locator("del")).to_have_count(0)
    page.screenshot(path=pictures / "studio-history.png")
    expect(tid(page, "restore")).to_have_count(0)
    tid(page, "back").click()
    tid(page, "do-discard_draft").click()
    tid(page, "confirm").click()
    expect(tid(page, "field-body")).to_have_value(before)
    tid(page, "history").click()
    tid(page, "restore").click()
    tid(page, "confirm").click()
    expect(tid(page, "field-body")).to_have_value(before)
    assert states(page) == ["已发布", "草稿"]


def test_two_editors_lose_nothing(studio: Site, pictures: Path) -> None:
    li = studio.open("li", "/studio/article/credit-repay")
    tid(li, "do-edit").click()
    expect(tid(li, "do-save")).to_be_visible()
    wang = studio.open("wang", "/studio/article/credit-repay")
    expect(tid(wang, "others")).to_have_text("李编辑 正在编辑")
    expect(tid(li, "others")).to_have_text("王编辑 正在编辑")
    tid(wang, "field-body").fill("王编辑写的还款说明。")
    tid(wang, "field-owner").fill("信用卡中心")
    tid(li, "field-body").fill("李编辑写的还款说明。")
    tid(li, "field-title").fill("信用卡怎样还款？")
    tid(li, "do-save").click()
    expect(tid(li, "dirty")).to_be_hidden()
    expect(tid(wang, "newer")).to_be_visible()
    tid(wang, "do-save").click()
    clash = tid(wang, "clash")
    expect(clash).to_have_count(1)
    expect(clash).to_contain_text("王编辑写的还款说明。")
    expect(clash).to_contain_text("李编辑写的还款说明。")
    expect(clash.locator("ins")).to_contain_text("王")
    expect(tid(wang, "taken")).to_contain_text("标题")
    expect(tid(wang, "field-title")).to_have_value("信用卡怎样还款？")
    expect(tid(wang, "field-body")).to_have_value("王编辑写的还款说明。")
    expect(tid(wang, "field-owner")).to_have_value("信用卡中心")
    wang.screenshot(path=pictures / "studio-conflict.png")
    tid(wang, "take_theirs").click()
    expect(tid(wang, "field-body")).to_have_value("李编辑写的还款说明。")
    tid(wang, "take_mine").click()
    expect(tid(wang, "field-body")).to_have_value("王编辑写的还款说明。")
    tid(wang, "do-save").click()
    expect(tid(wang, "conflict")).to_be_hidden()
    expect(tid(wang, "dirty")).to_be_hidden()
    expect(tid(li, "field-body")).to_have_value("王编辑写的还款说明。")
    expect(tid(li, "field-owner")).to_have_value("信用卡中心")
    expect(tid(li, "field-title")).to_have_value("信用卡怎样还款？")
    wang.close()
    expect(tid(li, "others")).to_be_hidden()


def test_leaving_with_unsaved_text_warns_and_it_can_be_restored(studio: Site) -> None:
    page = studio.open("li", "/studio/article/branch-hours")
    tid(page, "do-edit").click()
    expect(tid(page, "do-save")).to_be_visible()
    tid(page, "field-body").fill("没有保存的文字")
    expect(tid(page, "dirty")).to_be_visible()
    warned: list[str] = []

    def leave(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    tid(page, "nav-list").click()
    expect(tid(page, "count")).to_be_visible()
    assert warned == ["beforeunload"]
    page.goto(f"{studio.url}/studio/article/branch-hours")
    expect(tid(page, "unsaved")).to_be_visible()
    assert tid(page, "field-body").input_value() != "没有保存的文字"
    tid(page, "restore-unsaved").click()
    expect(tid(page, "field-body")).to_have_value("没有保存的文字")
    tid(page, "do-save").click()
    expect(tid(page, "dirty")).to_be_hidden()
    page.goto(f"{studio.url}/studio/article/branch-hours")
    expect(tid(page, "field-body")).to_have_value("没有保存的文字")
    expect(tid(page, "unsaved")).to_be_hidden()
    assert warned == ["beforeunload"]


def test_html_and_scripts_stay_text(studio: Site) -> None:
    nasty = (
        "</title></textarea><script>window.hit=1</script><img src=x onerror='window.hit=1'>"
        " [点](javascript:hit)"
    )
    page = studio.open("li", "/studio")
    draft(page, f"标题 {nasty}", "card-nasty")
    complete(page, nasty + "\n\n**粗体**", nasty)
    tid(page, "comment").fill(nasty)
    tid(page, "comment-send").click()
    expect(tid(page, "remark")).to_contain_text("<script>")
    expect(tid(page, "preview").locator("strong")).to_have_text("粗体")
    expect(tid(page, "preview")).to_contain_text("<script>")
    assert tid(page, "preview").locator("script, img, a[href^=javascript]").count() == 0
    tid(page, "do-save").click()
    expect(tid(page, "dirty")).to_be_hidden()
    page.reload()
    expect(tid(page, "item-title")).to_contain_text("<script>")
    assert page.evaluate("window.hit") is None
    page.goto(f"{studio.url}/studio?q=card-nasty")
    expect(tid(page, "row")).to_contain_text("<script>")
    assert page.evaluate("window.hit") is None


def test_faults_are_told_at_their_field(studio: Site) -> None:
    page = studio.open("li", "/studio")
    draft(page, "卡丢了怎么挂失？", "card-faults")
    complete(page, "本产品保本保收益，费用 {{no_such_value}}。", "银行卡丢了怎么办")
    tid(page, "field-expires").fill("2025-01-01")
    expect(tid(page, "wrong-expires")).to_contain_text("失效日期早于生效日期")
    tid(page, "field-expires").fill("2099-12-31")
    expect(tid(page, "wrong-body")).to_contain_text("no_such_value")
    expect(tid(page, "checks")).to_contain_text("保本")
    expect(tid(page, "wrong-questions")).to_contain_text("card-loss")
    expect(tid(page, "like").first).to_contain_text("怎么挂失银行卡？")
    tid(page, "field-effective").fill("")
    expect(tid(page, "wrong-effective")).to_contain_text("日期无效")
    tid(page, "field-effective").evaluate(
        "field => { field.type = 'text'; field.value = '2026-02-30';"
        " field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    expect(tid(page, "wrong-effective")).to_contain_text("日期无效")
    tid(page, "do-save").click()
    expect(tid(page, "dirty")).to_be_hidden()
    tid(page, "do-submit").click()
    told(page, "还有内容需要修改")
    assert states(page) == ["草稿"]


def test_an_id_is_used_once(studio: Site) -> None:
    page = studio.open("li", "/studio")
    tid(page, "new").click()
    tid(page, "field-id").fill("card-loss")
    tid(page, "field-title").fill("又一条")
    tid(page, "create").click()
    told(page, "编号已经有人用了")
    tid(page, "field-id").fill("Not An Id!")
    tid(page, "create").click()
    expect(tid(page, "wrong-id")).to_contain_text("小写字母")
    tid(page, "field-id").fill("")
    tid(page, "field-title").fill("怎么换零钱？")
    tid(page, "create").click()
    expect(page).to_have_url(f"{studio.url}/studio/article/zen-me-huan-ling-qian")


def test_a_named_value_goes_the_same_way(studio: Site) -> None:
    page = studio.open("li", "/studio/value/transfer_day_limit")
    tid(page, "do-edit").click()
    expect(tid(page, "do-save")).to_be_visible()
    tid(page, "field-value").fill("20 万元")
    tid(page, "do-submit").click()
    expect(tid(page, "do-withdraw")).to_be_visible()
    reviewer = studio.open("zhao", "/studio/value/transfer_day_limit")
    tid(reviewer, "do-approve").click()
    tid(reviewer, "confirm").click()
    expect(tid(reviewer, "explained")).to_contain_text("已批准")
