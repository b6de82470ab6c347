"""The standard is data: complete, sourced, and refused when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from handoff.errors import BadContent
from handoff.figures.definitions import Definitions
from handoff.quality import errors
from handoff.quality.inspection import State
from handoff.quality.standard import DEFAULT_PATH, Standard

ASKED = {"greeting", "first_response", "responses", "notices", "wording", "empathy", "closing"}


def test_the_shipped_standard_has_what_is_to_be_inspected() -> None:
    standard = Standard.load()
    assert {item.id for item in standard.items} >= ASKED | {"survey"}
    assert sum(item.points for item in standard.items) >= 100
    assert all(item.source.startswith("服务流程规范 §") for item in standard.items)


def test_every_code_has_a_name() -> None:
    words = Standard.load().words
    assert set(words.states) == {state.value for state in State}
    codes = {
        error.code
        for error in vars(errors).values()
        if isinstance(error, type)
        and issubclass(error, errors.QualityError)
        and not error.__subclasses__()
    }
    assert set(words.errors) == codes


@pytest.mark.parametrize(
    "change",
    [
        {"levels": {"good": 50, "low": 70}},
        {"items": []},
        {"version": ""},
        {"items": [{"id": "a", "name": "甲", "check": "guess", "points": 1, "source": "x"}]},
        {"items": [{"id": "a", "name": "甲", "check": "wording", "points": 1, "source": "x"}] * 2},
    ],
)
def test_a_standard_with_a_mistake_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "quality.yml"
    data = yaml.safe_load(DEFAULT_PATH.read_text("utf-8"))
    file.write_text(yaml.safe_dump(data | change, allow_unicode=True), "utf-8")
    with pytest.raises(BadContent, match=r"quality\.yml"):
        Standard.load(file)


def test_definitions_with_a_mistake_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "figures.yml"
    file.write_text("source: x\n", "utf-8")
    with pytest.raises(BadContent, match=r"figures\.yml"):
        Definitions.load(file)
