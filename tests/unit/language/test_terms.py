"""Terms: products by whole words, figures by shape, places in the raw text."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.figures import find_figures
from language.normalise import normalise
from language.numerals import number
from language.terms import find_terms, read_channels, read_products

FRIDAY = dt.date(2025, 3, 14)
CATEGORIES = {
    "deposit", "wealth", "fund", "insurance", "investment_insurance", "structured_deposit",
    "precious_metal", "fx", "credit_card", "loan", "private_fund", "futures", "pension",
}  # fmt: skip
PRODUCTS = [(word, name) for name, words in read_products().items() for word in words]


def figures(text: str) -> list[tuple[str, float | str | None]]:
    found = find_figures(normalise(text), today=FRIDAY)
    return [(figure.kind, figure.value) for figure in found]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5000", 5000), ("5,000", 5000), ("1.5万", 15000), ("2w", 20000), ("3k", 3000),
        ("五千", 5000), ("一万五", 15000), ("一万零五", 10005), ("3万5", 35000), ("十五", 15),
        ("二十", 20), ("一百二", 120), ("两百零六", 206), ("一亿二千万", 120_000_000),
        ("三万二千亿", 3_200_000_000_000), ("一万五千", 15000), ("二零二五", 2025), ("一点五", 1.5),
    ],
)  # fmt: skip
def test_numbers(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "万x", "一点", "1.2.3", "点五"])
def test_no_numbers(text: str) -> None:
    assert number(text) is None


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=99_999_999))
def test_written_out_numbers_are_read_back(value: int) -> None:
    assert number(written(value)) == value


def written(value: int) -> str:
    """Write a number below a hundred million in full Chinese numerals."""
    high, low = divmod(value, 10_000)
    if high:
        middle = "零" if 0 < low < 1_000 else ""
        return written(high) + "万" + (middle + written(low) if low else "")
    digits = "零一二三四五六七八九"
    text = "".join(
        digits[int(digit)] + (unit if digit != "0" else "")
        for digit, unit in zip(f"{value:04}", ("千", "百", "十", ""), strict=True)
    )
    while "零零" in text:
        text = text.replace("零零", "零")
    return text.strip("零")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("转5000给张三", 5000), ("帮我转五千块", 5000), ("卡里少了1.5万", 15000), ("2w块", 20000),
        ("一万五能买基金吗", 15000), ("十块钱手续费", 10), ("转我500", 500), ("￥3.5万", 35000),
        ("5万美元年度便利化额度", 50000), ("三百多块钱", 300), ("我要存五千", 5000),
        ("被骗了3,000元", 3000), ("大写叁仟伍佰元", 3500), ("壹万元整", 10000), ("三块四罚息", 3.4),
        ("被扣18块9", 18.9), ("五块八毛二的利息", 5.82), ("八毛钱手续费", 0.8), ("存2w5", 25000),
        ("港币3800", 3800),
        ("想借二十来万", 200_000), ("一个亿", 100_000_000), ("应该是四千零五十", 4050),
    ],
)  # fmt: skip
def test_amounts(text: str, value: float) -> None:
    assert figures(text) == [("amount", value)]


@pytest.mark.parametrize(
    "text",
    ["万一丢了怎么办", "千万别冻结", "12期分期", "年化3.5%", "500积分换什么", "一百个", "30天期"],
)
def test_numbers_that_are_no_amounts(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025年3月1日", "2025-03-01"), ("2025-03-01", "2025-03-01"), ("2025/3/1", "2025-03-01"),
        ("2025年12月", "2025-12"), ("3月15号到期", "2025-03-15"), ("昨天", "2025-03-13"),
        ("大后天", "2025-03-17"), ("上周五", "2025-03-07"), ("下个星期天", "2025-03-23"),
        ("上个月20号", "2025-02-20"), ("下月", "2025-04"), ("2025-02-30", None),
        ("去年12月", "2024-12"), ("2月账单", "2025-02"), ("26号之前", "2025-03-26"),
        ("昨晚", "2025-03-13"),
        ("周五上午", "2025-03-14"), ("十一月五号那天", "2025-11-05"), ("11/11那天", "2025-11-11"),
        ("二零二四年十一月十八日", "2024-11-18"),
    ],
)  # fmt: skip
def test_dates(text: str, value: str | None) -> None:
    assert figures(text) == [("date", value)]


def test_relative_dates_stay_open_without_a_day() -> None:
    assert [figure.value for figure in find_figures("昨天和3月1日和上个月")] == [None, None, None]


def test_card_tails_and_ticket_numbers() -> None:
    assert figures("尾号1234的卡") == [("card_tail", "1234")]
    assert figures("工单号 a20250101-001 处理了吗") == [("ticket", "A20250101-001")]
    assert figures("还是TS20250310-0007那件") == [("ticket", "TS20250310-0007")]
    assert figures("卡尾3345") == [("card_tail", "3345")]


def test_order_numbers() -> None:
    assert figures("商户订单号YH88201126003") == [("order", "YH88201126003")]
    assert figures("流水号202611230001928374") == [("order", "202611230001928374")]


def test_every_category_has_words() -> None:
    assert set(read_products()) == CATEGORIES


@pytest.mark.parametrize("frame", ["{}", "我想了解一下{}怎么办理", "你们的{}利率多少", "买{}"])
def test_every_product_word_is_found(frame: str) -> None:
    for word, category in PRODUCTS:
        found = [term for term in find_terms(frame.format(word)) if term.kind == "product"]
        assert [(term.text, term.value) for term in found] == [(word, category)]


@pytest.mark.parametrize("text", ["理财经理是谁", "我的公积金", "黄金周上班吗", "", "  "])
def test_parts_of_other_words_are_no_products(text: str) -> None:
    assert find_terms(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("昨天在城东支行办的卡", ["城东支行"]),
        ("我从解放路支行跑到城西支行", ["解放路支行", "城西支行"]),
        ("人民路支行周末上班不", ["人民路支行"]),
        ("上周五在西湖路网点等了俩小时", ["西湖路网点"]),
        ("去总行营业部行不行", ["总行营业部"]),
        ("老街分理处是不是撤了", ["老街分理处"]),
    ],
)
def test_branches(text: str, names: list[str]) -> None:
    assert [term.value for term in find_terms(text) if term.kind == "branch"] == names


@pytest.mark.parametrize(
    "text",
    [
        "哪个支行能办",
        "附近支行有吗",
        "附近的网点",
        "去网点办",
        "你们分行在哪",
        "所有网点都行吗",
        "跨支行能取吗",
    ],
)
def test_no_particular_branch(text: str) -> None:
    assert [term for term in find_terms(text) if term.kind == "branch"] == []


@pytest.mark.parametrize("frame", ["{}", "打开{}看看"])
def test_every_channel_word_is_found(frame: str) -> None:
    for channel, words in read_channels().items():
        for word in words:
            found = [term for term in find_terms(frame.format(word)) if term.kind == "channel"]
            assert [(term.text, term.value) for term in found] == [(word, channel)]


def test_terms_have_their_place_in_the_raw_text() -> None:
    raw = "我昨天買了\u200b理財產品５萬元"
    terms = find_terms(raw, today=FRIDAY)
    assert [(term.kind, raw[term.start : term.end], term.value) for term in terms] == [
        ("date", "昨天", "2025-03-13"),
        ("product", "理財產品", "wealth"),
        ("amount", "５萬元", 50000.0),
    ]


@settings(deadline=None)
@given(st.text(st.sampled_from("理财5万元昨天尾号1234 月,.保险\u200b\n"), max_size=30))
def test_terms_never_overlap(text: str) -> None:
    terms = find_terms(text, today=FRIDAY)
    assert all(0 <= term.start < term.end <= len(text) for term in terms)
    assert all(before.end <= after.start for before, after in itertools.pairwise(terms))


def test_labelled_sentences() -> None:
    """Count a term as found when its kind and value are right and it stands where it should.

    The sentences were written by another hand and have been looked at since.
    """
    wanted, found = Counter[str](), Counter[str]()
    surplus = 0
    for line in Path(__file__).with_name("terms.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        terms = find_terms(row["text"], today=dt.date.fromisoformat(row["today"]))
        right = 0
        for entity in row["entities"]:
            wanted[entity["kind"]] += 1
            met = any(
                (term.kind, term.value) == (entity["kind"], entity["value"])
                and term.start < entity["end"]
                and entity["start"] < term.end
                for term in terms
            )
            found[entity["kind"]] += met
            right += met
        surplus += max(0, len(terms) - right)
    assert {kind: found[kind] / count for kind, count in wanted.items()} == pytest.approx(
        dict.fromkeys(wanted, 1.0), abs=0.05
    )
    assert surplus <= 0.05 * wanted.total()
