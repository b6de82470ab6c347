"""FAQ lists from .xlsx and .csv files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from knowledge_base.exchange.columns import recognise, topic
from knowledge_base.exchange.document import Import
from knowledge_base.exchange.errors import ImportRefused
from knowledge_base.exchange.limits import Limits, load_limits
from knowledge_base.exchange.reader import read
from knowledge_base.exchange.sheet import read_date
from tests.unit.knowledge_base.exchange.office_files import write_xlsx

HEADER: list[object] = ["标准问", "相似问", "答案", "分类", "来源", "生效日期", "失效日期"]


def listed(folder: Path, *sheets: list[list[object]], limits: Limits | None = None) -> Import:
    return read("a.xlsx", write_xlsx(folder / "upload", *sheets), {}, limits=limits)


def comma(folder: Path, data: str | bytes, limits: Limits | None = None) -> Import:
    path = folder / "upload"
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return read("a.csv", path, {}, limits=limits)


def test_a_row_is_an_article(tmp_path: Path) -> None:
    start = datetime(2026, 1, 1)  # noqa: DTZ001  -- sheets know no zones
    row = [
        "怎么挂失",
        "卡丢了；卡不见了|丢卡\n卡丢了",
        "请致电。",
        "银行卡",
        "手册",
        start,
        "2027年1月31日",
    ]
    found = listed(tmp_path, [HEADER, row])
    (draft,) = found.drafts
    assert draft.questions == ("卡丢了", "卡不见了", "丢卡")
    assert (draft.topic, draft.source, draft.place) == ("card", "手册", "表1!2")
    assert (draft.effective, draft.expires) == (date(2026, 1, 1), date(2027, 1, 31))
    assert found.problems == ()


@pytest.mark.parametrize(
    "header",
    [
        ["问题", "答案"],
        ["Question", "Answer"],
        ["标准问（必填）*", "答 案"],
        ["序号", "标准问法", "相似问1", "相似问2", "回复"],
        ["Standard Question", "Similar Questions", "Reply"],
    ],
)
def test_columns_are_known_in_two_languages(header: list[object]) -> None:
    assert {"title", "body"} <= set(recognise(header).values())


def test_a_row_that_is_no_header_is_none() -> None:
    assert recognise(["问题", "备注"]) == {}
    assert recognise([None, 3, "答案"]) == {}


def test_the_header_may_stand_below_a_title(tmp_path: Path) -> None:
    found = listed(tmp_path, [["问答清单"], ["2026 年"], ["问题", "答案"], ["挂失", "致电。"]])
    assert [draft.title for draft in found.drafts] == ["挂失"]


def test_several_rows_make_one_article(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        HEADER,
        ["挂失", "卡丢了", "致电。"],
        [None, "卡不见了", None],
        ["销户", "不要卡了", "到网点。"],
        ["挂失", "丢卡", "致电。"],
    ]
    found = listed(tmp_path, rows)
    assert [(draft.title, draft.questions) for draft in found.drafts] == [
        ("挂失", ("卡丢了", "卡不见了", "丢卡")),
        ("销户", ("不要卡了",)),
    ]
    assert found.problems == ()


def test_two_answers_to_one_question_are_a_problem(tmp_path: Path) -> None:
    found = comma(tmp_path, "问题,答案\n挂失,致电。\n挂失,到网点。\n")
    assert [draft.body for draft in found.drafts] == ["致电。"]
    assert [(problem.line, problem.field) for problem in found.problems] == [(3, "title")]


def test_missing_fields_and_invalid_dates_name_row_and_field(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        HEADER,
        [None, "卡丢了", "致电。"],
        ["销户", "不要卡了", None],
        ["挂失", None, "致电。", None, None, "2026-02-30", "明年"],
        ["补卡", None, "带证件。", None, None, "2027-01-01", "2026-01-01"],
    ]
    found = listed(tmp_path, rows)
    assert [draft.title for draft in found.drafts] == ["挂失", "补卡"]
    assert [(problem.line, problem.field) for problem in found.problems] == [
        (2, "title"),
        (4, "effective"),
        (4, "expires"),
        (3, "body"),
        (5, "expires"),
    ]


def test_formulas_and_errors_are_not_evaluated(tmp_path: Path) -> None:
    found = listed(tmp_path, [["问题", "答案"], ["挂失", '=HYPERLINK("https://evil.example")']])
    assert found.drafts == ()
    assert [(problem.line, problem.field) for problem in found.problems] == [(2, "B"), (2, "body")]


def test_html_in_cells_is_removed_and_told(tmp_path: Path) -> None:
    found = comma(tmp_path, "问题,答案\n<b>挂失</b>,<p>致电</p><script>alert(1)</script>\n")
    assert [(draft.title, draft.body) for draft in found.drafts] == [("挂失", "致电")]
    assert [problem.field for problem in found.problems] == ["title", "body"]


def test_unknown_words_are_problems(tmp_path: Path) -> None:
    found = comma(tmp_path, "问题,答案,产品类别,可见范围\n挂失,致电,存款、理财、怪物,员工\n")
    (draft,) = found.drafts
    assert (draft.categories, draft.audience) == (("deposit", "wealth"), "internal")
    assert ["怪物" in problem.message for problem in found.problems] == [True]


def test_a_topic_is_safe_as_a_folder() -> None:
    assert topic("信用卡") == "credit_card"
    assert topic("../自定义") == "zi_ding_yi"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_of_chinese_lists(tmp_path: Path, encoding: str) -> None:
    text = "问题,答案\n怎么挂失银行卡,请拨打客服热线办理挂失，随时可以。\n"
    assert comma(tmp_path, text.encode(encoding)).drafts[0].title == "怎么挂失银行卡"


def test_big5_is_told_from_gb18030(tmp_path: Path) -> None:
    text = "問題,答案\n怎麼掛失銀行卡,請撥打客服熱線辦理掛失，全天都可以。\n" * 3
    with pytest.raises(ImportRefused) as caught:
        comma(tmp_path, text.replace("答案", "說明").encode("big5"))
    assert "問題" in str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators(tmp_path: Path, separator: str) -> None:
    text = f'问题{separator}答案\n挂失{separator}"请致电，\n或到网点。"\n'
    assert comma(tmp_path, text).drafts[0].body == "请致电，\n或到网点。"


def test_bytes_of_no_encoding_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        comma(tmp_path, b"\xff\xff,\x81\x20\n" * 20)
    assert caught.value.code == "encoding"


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        comma(tmp_path, "问题,答案" + "," * 1_000_000 + "\n")
    assert caught.value.code == "too_many"
    assert [(p.line, p.field) for p in caught.value.problems] == [(1, "columns")]


def test_too_many_columns_of_a_sheet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        listed(tmp_path, [["问题", "答案", *["x"] * 300]])
    assert caught.value.problems[0].field == "columns"


@pytest.mark.parametrize("limit", [{"rows": 5}, {"text": 20}, {"drafts": 3}])
def test_more_than_the_limits_is_refused(tmp_path: Path, limit: dict[str, int]) -> None:
    limits = load_limits().model_copy(update=limit)
    text = "问题,答案\n" + "".join(f"第{n}问,答{n}\n" for n in range(10))
    with pytest.raises(ImportRefused) as caught:
        comma(tmp_path, text, limits)
    assert caught.value.code == "too_many"


def test_an_endless_cell_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as caught:
        comma(tmp_path, '问题,答案\n挂失,"' + "长" * 200_000)
    assert caught.value.code == "damaged"


def test_a_long_answer_is_kept_and_told(tmp_path: Path) -> None:
    limits = load_limits().model_copy(update={"cell": 10})
    found = comma(tmp_path, "问题,答案\n挂失,请拨打客服热线办理挂失。\n", limits)
    assert len(found.drafts) == 1
    assert [(problem.line, problem.field) for problem in found.problems] == [(2, "body")]


def test_sheets_without_columns_are_skipped(tmp_path: Path) -> None:
    found = listed(tmp_path, [["说明"], ["填写下表"]], [["问题", "答案"], ["挂失", "致电。"]])
    assert [draft.place for draft in found.drafts] == ["表2!2"]
    assert [note.field for note in found.skipped] == ["表1"]


def test_a_list_without_columns_says_which_it_needs(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="found 姓名, 电话") as caught:
        listed(tmp_path, [["姓名", "电话"], ["甲", "1"]])
    assert caught.value.code == "no_columns"


def test_without_a_column_for_wordings_a_question_alone_is_one(tmp_path: Path) -> None:
    found = comma(tmp_path, "问题,答案\n挂失,致电。\n卡丢了,\n")
    assert [draft.questions for draft in found.drafts] == [("卡丢了",)]
    assert [problem.line for problem in found.problems] == [3]


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2026-1-31", date(2026, 1, 31)),
        ("2026/01/31", date(2026, 1, 31)),
        ("20260131", date(2026, 1, 31)),
        (20260131, date(2026, 1, 31)),
        ("2026年1月31日", date(2026, 1, 31)),
        ("2026-01-31 00:00:00", date(2026, 1, 31)),
        (date(2026, 1, 31), date(2026, 1, 31)),
        ("2026-02-30", None),
        ("31/01/2026", None),
        (46053.5, None),
    ],
)
def test_dates_as_people_write_them(raw: object, day: date | None) -> None:
    assert read_date(raw) == day
