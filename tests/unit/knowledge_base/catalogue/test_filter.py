"""Which items a list shows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Kind, State
from tests.unit.knowledge_base.catalogue.parts import WU, ZHOU, Bench

BOTH = ["branch-hours", "card-loss"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, BOTH),
        ({"text": "card-l"}, ["card-loss"]),
        ({"text": "挂失"}, ["card-loss"]),
        ({"text": "怎麼掛失"}, ["card-loss"]),
        ({"text": " 找不到 "}, ["card-loss"]),
        ({"text": "卡不见了"}, ["card-loss"]),
        ({"text": "网点公告"}, ["branch-hours"]),
        ({"text": "没有这样的话"}, []),
        ({"states": frozenset({State.PUBLISHED})}, BOTH),
        ({"states": frozenset({State.DRAFT})}, []),
        ({"category": "deposit"}, ["card-loss"]),
        ({"topic": "branch"}, ["branch-hours"]),
        ({"audience": "internal"}, ["branch-hours"]),
        ({"owner": "渠道部"}, ["branch-hours"]),
        ({"review_before": date(2026, 12, 1)}, []),
        ({"review_before": date(2026, 12, 2)}, ["branch-hours"]),
        ({"expires_before": date(2027, 1, 1)}, ["branch-hours"]),
        ({"expires_before": date(2028, 1, 1)}, BOTH),
        ({"text": "挂失", "owner": "渠道部"}, []),
        ({"kind": Kind.VALUE}, ["hotline"]),
        ({"kind": Kind.VALUE, "text": "客服"}, ["hotline"]),
        ({"kind": Kind.VALUE, "text": "400-000"}, ["hotline"]),
        ({"kind": Kind.VALUE, "review_before": date(2027, 7, 1)}, ["hotline"]),
        ({"kind": Kind.VALUE, "expires_before": date(2099, 1, 1)}, []),
    ],
)
def test_conditions(catalogue: Catalogue, wanted: dict[str, Any], expected: list[str]) -> None:
    assert [item.id for item in catalogue.items(Filter(**wanted))] == expected


def test_an_item_is_found_by_its_working_and_by_its_published_state(
    bench: Bench, catalogue: Catalogue
) -> None:
    bench.draft(title="完全不同的标题", effective="明天", review="以后", questions=None)
    catalogue.archive(WU, Kind.ARTICLE, "branch-hours", "停用")

    def ids(*states: State, **more: Any) -> list[str]:
        wanted = Filter(states=frozenset(states), **more)
        return [item.id for item in catalogue.items(wanted)]

    assert ids(State.DRAFT) == ["card-loss"]
    assert ids(State.PUBLISHED) == ["card-loss"]
    assert ids(State.ARCHIVED) == ["branch-hours"]
    assert ids(State.DRAFT, State.ARCHIVED) == BOTH
    assert ids(text="完全不同") == ["card-loss"]
    assert ids(review_before=date(2099, 1, 1)) == ["branch-hours"]


def test_a_draft_that_was_discarded_does_not_hide_what_is_published(
    bench: Bench, catalogue: Catalogue
) -> None:
    catalogue.discard(ZHOU, bench.draft(title="别的"))
    (item,) = catalogue.items(Filter(text="挂失"))
    assert item.shown.state is State.PUBLISHED
    assert item.latest.state is State.SUPERSEDED
