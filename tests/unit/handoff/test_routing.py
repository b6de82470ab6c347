"""Reason → priority and group."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from compliance.categories import CategoryFinder
from conversation.conversation import Reason
from handoff.errors import BadContent
from handoff.qualifications import Qualification
from handoff.routing import DEFAULT_PATH, Routing
from tests.unit.handoff.room import ZHOU


@pytest.mark.parametrize(
    ("reason", "priority", "group"),
    [
        (Reason.FRAUD, 1, "fraud"),
        (Reason.ELDERLY, 2, "general"),
        (Reason.COMPLAINT, 2, "complaints"),
        (Reason.TRANSACTION, 3, "general"),
        (Reason.HUMAN, 4, "general"),
        (Reason.BOT_UNABLE, 5, "general"),
    ],
)
def test_the_shipped_table(reason: Reason, priority: int, group: str) -> None:
    target = Routing.load().target(reason)
    assert (target.priority, target.group) == (priority, group)


def altered(folder: Path, **changes: object) -> Path:
    """Write the shipped file with some fields replaced."""
    data = yaml.safe_load(DEFAULT_PATH.read_text("utf-8")) | changes
    path = folder / "routing.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return path


def test_an_unknown_reason_still_reaches_a_person(tmp_path: Path) -> None:
    routing = Routing.load(altered(tmp_path, reasons={}))
    target = routing.target("fraud")
    assert (target.priority, target.group) == (4, "general")


def test_a_missing_group_falls_back_and_keeps_its_priority(tmp_path: Path) -> None:
    reasons = {"fraud": {"priority": 1, "group": "nobody"}}
    target = Routing.load(altered(tmp_path, reasons=reasons)).target("fraud")
    assert (target.priority, target.group) == (1, "general")


def test_a_group_without_a_name_is_called_by_its_id() -> None:
    routing = Routing.load()
    assert routing.group_name("fraud") == "反诈应急组"
    assert routing.group_name("vip") == "vip"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("groups", []),
        ("fallback", {"priority": 4, "group": "nobody"}),
        ("fallback", {"priority": 99, "group": "general"}),
        ("surprise", 1),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, field: str, value: object) -> None:
    path = altered(tmp_path, **{field: value})
    with pytest.raises(BadContent, match=str(path)):
        Routing.load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadContent):
        Routing.load(tmp_path / "none.yml")


@pytest.mark.parametrize("wrong", ["flying", "fund"])
def test_a_group_requires_what_there_is_and_the_last_resort_nothing(
    tmp_path: Path, wrong: str
) -> None:
    groups = yaml.safe_load(DEFAULT_PATH.read_text("utf-8"))["groups"]
    groups[0]["requires"] = wrong
    with pytest.raises(BadContent, match="qualification"):
        Routing.load(altered(tmp_path, groups=groups))


def test_a_qualification_holds_through_its_last_day_in_the_banks_zone() -> None:
    routing = Routing.load()
    account = replace(ZHOU, qualifications=frozenset({Qualification("fund", date(2026, 6, 1))}))
    last = datetime(2026, 6, 1, 15, 59, tzinfo=UTC)  # one minute to midnight there
    assert routing.barred(account, last) == {"insurance"}
    assert routing.barred(account, last + timedelta(minutes=1)) == {"fund", "insurance"}


def test_skills_are_categories_that_the_gate_knows() -> None:
    known = set(CategoryFinder.load().names)
    assert {skill for group in Routing.load().groups.values() for skill in group.skills} <= known
