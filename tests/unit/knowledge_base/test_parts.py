"""Cutting answers for channels with a limit."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.answer import LIMITS, answer_parts, answer_text, make_answer
from knowledge_base.article import Article
from knowledge_base.parts import CLOSE, OPEN, cut, size

LIMIT = 2048
SENTENCES = st.text("请您在手机银行办理挂失补卡业务，、甲乙ab1", min_size=1, max_size=60).map(
    "{}。".format
)
NUMBERS = st.builds(
    "{}{}{}{}号".format,
    st.sampled_from(["某发", "某令", "银某规"]),
    st.sampled_from(["〔", "["]),
    st.integers(1990, 2030),
    st.integers(1, 999).map("]{}".format),
)


def article(body: str, **changes: object) -> Article:
    fields = {"id": "a", "title": "怎么办？", "source": "示例银行《指南》", "body": body}
    return Article.model_validate({**fields, **changes})


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_short_answer_is_one_part_with_title_source_and_validity() -> None:
    parts = answer_parts(article("请到网点办理。", expires=date(2027, 12, 31)), "wechat")
    assert parts == (
        "【怎么办？】\n请到网点办理。\n来源：示例银行《指南》\n有效期至2027年12月31日",
    )


def test_the_web_has_no_limit_and_nothing_around_the_text() -> None:
    long = article("很长。" * 3000)
    assert make_answer(long).parts == (long.body,)
    assert LIMITS["web"] is None


def test_list_items_stay_whole() -> None:
    items = [f"{n}. {'步骤' * 20}。再确认一次。" for n in range(1, 40)]
    parts = answer_parts(article("\n".join(items)), "wechat")
    assert len(parts) > 1
    lines = [line for part in parts for line in part.splitlines()]
    assert [line for line in lines if line[0].isdigit()] == items


def test_a_line_that_goes_on_is_not_cut_at_its_end() -> None:
    assert cut("甲乙丙\n丁。戊己庚。", 18) == ("甲乙丙\n丁。", "戊己庚。")


def test_a_value_is_never_cut_even_in_a_sentence_that_is_too_long() -> None:
    text = "甲" * 5 + f"{OPEN}400-000-0000{CLOSE}" + "乙" * 5
    assert cut(text, 18) == ("甲" * 5, "400-000-0000乙乙", "乙" * 3)


def test_a_full_stop_within_a_value_ends_no_sentence() -> None:
    text = f"时间为{OPEN}九点。午休{CLOSE}。请知悉。"
    assert cut(text, 28) == ("时间为九点。午休。", "请知悉。")


@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=8).map("".join), min_size=1, max_size=30))
def test_parts_fit_lose_nothing_and_end_with_a_sentence(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    parts = cut(text, LIMIT)
    assert all(0 < size(part) <= LIMIT for part in parts)
    assert squeezed("".join(parts)) == squeezed(text)
    assert all(part.endswith("。") for part in parts)


@given(st.text(max_size=400), st.integers(4, 50))
def test_whatever_the_text_parts_fit_and_lose_nothing(text: str, limit: int) -> None:
    plain = text.replace(OPEN, "").replace(CLOSE, "")
    parts = cut(plain, limit)
    assert all(0 < size(part) <= limit for part in parts)
    assert squeezed("".join(parts)) == squeezed(plain)


@given(st.text("甲乙。\n- 1.", max_size=300), st.text("0123456789。！-", min_size=1, max_size=30))
def test_no_part_ends_within_a_value(around: str, value: str) -> None:
    text = f"{around}{OPEN}《{value}》{CLOSE}{around}"
    assert sum(f"《{value}》" in part for part in cut(text, 120)) == 1


@given(NUMBERS, st.sampled_from(["secondary", "doubtful"]), st.booleans())
def test_a_doubtful_document_number_is_never_shown(
    number: str,
    status: str,
    bracketed: bool,  # noqa: FBT001  -- drawn
) -> None:
    closed = number.replace("[", "〔").replace("]", "〕")
    source = f"《某办法》（{closed}）" if bracketed else f"《某办法》{closed}"
    unverified = article("请到网点。", source=source, citation_status=status)
    shown = "".join(answer_parts(unverified, "wechat")) + make_answer(unverified).source
    assert not re.search(r"\d", shown)
    assert "《某办法》" in shown
    assert answer_text(unverified) == "请到网点。"
