"""The rules' file: what is wrong in it is found when it is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from handoff.errors import BadContent
from handoff.tickets.rules import DEFAULT_PATH, Rules

WRITTEN = DEFAULT_PATH.read_text("utf-8")


def test_every_part_has_a_source_and_a_review_day() -> None:
    rules = Rules.load()
    parts = (rules.deadlines, rules.marks, rules.reply, rules.categories, rules.survey)
    for part in (*parts, rules.callback):
        assert part.source
        assert part.review > date(2026, 1, 1)


def test_suggested_words_are_complete() -> None:
    for part in Rules.load().reply.parts:
        assert not part.suggest or not part.missing(part.suggest)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("complex_days: 30", "complex_days: 10", "shorter than simple_days"),
        ("simple_days: 15", "simple_days: 0", "greater than or equal to 1"),
        ("unsorted: 待分类", "new: 待分类", "unsorted"),
        ("{into}", "{nobody}", "nobody"),
        ("unknown: ", "strange: ", "unknown number"),
        ("status: secondary", "status: rumour", "status"),
        ("to: handler", "to: nobody", "to"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in WRITTEN
    path = tmp_path / "tickets.yml"
    path.write_text(WRITTEN.replace(before, after), "utf-8")
    with pytest.raises(BadContent, match=told):
        Rules.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match=r"none\.yml"):
        Rules.load(tmp_path / "none.yml")
