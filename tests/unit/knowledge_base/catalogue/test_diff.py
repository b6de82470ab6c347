"""Differences are word by word, complete, and in the order of the fields."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.diff import diff, word_diff
from knowledge_base.catalogue.revision import Kind
from tests.unit.knowledge_base.catalogue.parts import LOSS, Bench

TEXTS = st.text(alphabet="银行卡挂失请拨打 \n。a1", max_size=40)


def test_words_are_compared_not_letters() -> None:
    before, after = "请拨打客服热线挂失银行卡。", "请拨打客服热线办理挂失。"
    pieces = word_diff(before, after)
    assert pieces[0] == ("equal", "请拨打客服热线")
    assert ("insert", "办理") in pieces
    assert ("delete", "银行卡") in pieces


@given(TEXTS, TEXTS)
def test_nothing_is_left_out(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(text for op, text in pieces if op != "insert") == before
    assert "".join(text for op, text in pieces if op != "delete") == after
    assert all(text for _, text in pieces)


def test_long_texts_are_compared_by_lines() -> None:
    lines = [f"第{number}条：请拨打客服热线办理。\n" for number in range(3000)]
    changed = [*lines[:1500], "新的一条。\n", *lines[1501:]]
    assert word_diff("".join(lines), "".join(changed)) == [
        ("equal", "".join(lines[:1500])),
        ("delete", lines[1500]),
        ("insert", "新的一条。\n"),
        ("equal", "".join(lines[1501:])),
    ]


def test_only_changed_fields_are_told_in_their_order(bench: Bench, catalogue: Catalogue) -> None:
    changed = bench.draft(
        body="请拨打 {{hotline}} 办理挂失。",
        questions=["银行卡丢了怎么办", "卡掉了"],
        review="2028-06-30",
    )
    found = diff(catalogue.revision(Kind.ARTICLE, "card-loss", 1), changed)
    assert [field for field, _ in found] == ["questions", "review", "body"]
    questions = dict(found)["questions"]
    assert questions[0][0] == "equal"
    assert questions[0][1].startswith("银行卡丢了怎么办\n")
    assert dict(found)["body"] == [
        ("equal", "请拨打 {{hotline}} "),
        ("insert", "办理"),
        ("equal", "挂失。"),
    ]


@pytest.mark.parametrize("value", [None, "", []])
def test_a_field_that_says_nothing_is_like_none(catalogue: Catalogue, value: object) -> None:
    before = catalogue.revision(Kind.ARTICLE, "branch-hours", 1)
    after = replace(before, content={**before.content, "checks": value})
    assert diff(before, after) == []


def test_a_field_that_is_gone_or_unknown_is_told(catalogue: Catalogue) -> None:
    before = catalogue.revision(Kind.ARTICLE, "card-loss", 1)
    content = {**LOSS, "colour": "红"}
    del content["owner"]
    found = dict(diff(before, replace(before, content=content)))
    assert found["owner"] == [("delete", "零售金融部")]
    assert found["colour"] == [("insert", "红")]
