"""Named values: reading, faults, rendering."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.errors import ContentInvalid
from knowledge_base.values import load_values, placeholders, render
from tests.unit.knowledge_base.files import VALUES


def test_reads_all_files_and_turns_numbers_into_text(tmp_path: Path) -> None:
    (tmp_path / "values.yml").write_text(VALUES, encoding="utf-8")
    (tmp_path / "values_products.yml").write_text(
        "fund_days: {value: 2, meaning: 到账天数, source: 公告, review: 2027-01-01}", "utf-8"
    )
    values = load_values(tmp_path)
    assert {name: entry.value for name, entry in values.items()} == {
        "hotline": "400-000-0000",
        "loss_fee": "15",
        "fund_days": "2",
    }


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("a: {value: x, meaning: m, source: s}", 1, "a.review"),
        ("b: {value: x, meaning: m, source: s, review: later}", 1, "b.review"),
        ("\n\nc: just text", 3, "c."),
        ("Bad-Name: {value: x, meaning: m, source: s, review: 2027-01-01}", 1, "Bad-Name"),
        ("- a list", 1, "yaml"),
        ("a: [", 1, "yaml"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, line: int, field: str) -> None:
    (tmp_path / "values.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentInvalid) as caught:
        load_values(tmp_path)
    problem = caught.value.problems[0]
    assert (problem.line, problem.field) == (line, field)


def test_a_name_is_defined_in_one_file_only(tmp_path: Path) -> None:
    for name in ("values.yml", "values_more.yml"):
        (tmp_path / name).write_text(VALUES, encoding="utf-8")
    with pytest.raises(ContentInvalid, match="already defined"):
        load_values(tmp_path)


def test_renders_every_place_and_refuses_an_unknown_name() -> None:
    assert render("拨打 {{a}} 或 {{ a }}，{{b_2}}", {"a": "1", "b_2": "2"}) == "拨打 1 或 1，2"
    with pytest.raises(KeyError):
        render("{{unknown}}", {"a": "1"})


@given(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), max_size=5))
def test_nothing_is_left_to_fill_once_all_cited_names_are_known(names: list[str]) -> None:
    text = "前" + "中".join(f"{{{{{name}}}}}" for name in names) + "后"
    assert placeholders(text) == list(dict.fromkeys(names))
    assert placeholders(render(text, dict.fromkeys(names, "值"))) == []
