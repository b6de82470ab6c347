"""What an import makes of the drafts that were chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.errors import DuplicateItem, NotAllowed, WrongState
from knowledge_base.catalogue.revision import Kind, Person, State
from knowledge_base.exchange.document import Draft
from knowledge_base.studio.drafting import Drafted, draft_all
from tests.unit.knowledge_base.catalogue.parts import HOURS, WU, ZHOU, Bench

NEW = Draft(title="怎么兑换零钱？", body="请到网点兑换。", place="表1!2", id="cash-change")
HOURS_AGAIN = Draft(
    title="网点几点开门？", body="九点。", place="1", id="branch-hours", changes="branch-hours"
)
REVIEWER = replace(WU, may_edit=False)


@pytest.fixture
def bench() -> Bench:
    """Return a catalogue with starter content."""
    bench = Bench()
    bench.load()
    return bench


def drafted(bench: Bench, *drafts: Draft, by: Person = ZHOU) -> Drafted:
    return draft_all(bench.catalogue, by, drafts, "由文件导入", lambda _, __: None)


def shown(catalogue: Catalogue, item: str) -> Mapping[str, Any]:
    return catalogue.item(Kind.ARTICLE, item).shown.content


def test_a_new_article_is_a_draft_and_nothing_else(bench: Bench) -> None:
    assert drafted(bench, NEW).made == ["cash-change"]
    item = bench.catalogue.item(Kind.ARTICLE, "cash-change")
    assert (item.latest.state, item.latest.authors) == (State.DRAFT, ("zhou",))
    assert item.latest.note == "由文件导入"
    assert item.published is None


def test_what_a_file_does_not_say_stays_as_it_is(bench: Bench) -> None:
    assert drafted(bench, HOURS_AGAIN).changed == ["branch-hours"]
    assert {**shown(bench.catalogue, "branch-hours")} == {**HOURS, "body": "九点。"}
    assert bench.catalogue.item(Kind.ARTICLE, "branch-hours").published is not None


def test_a_silent_file_never_opens_an_internal_article_to_customers(bench: Bench) -> None:
    assert HOURS["audience"] == "internal"
    assert HOURS_AGAIN.audience == "customer"
    drafted(bench, HOURS_AGAIN)
    assert shown(bench.catalogue, "branch-hours")["audience"] == "internal"


def test_what_a_file_says_is_taken(bench: Bench) -> None:
    said = replace(HOURS_AGAIN, owner="运营部", expires=date(2027, 1, 31), questions=("几点上班",))
    drafted(bench, said)
    content = shown(bench.catalogue, "branch-hours")
    assert (content["owner"], content["expires"]) == ("运营部", "2027-01-31")
    assert list(content["questions"]) == ["几点上班"]


def test_one_that_is_refused_stops_no_other(bench: Bench) -> None:
    bench.approved()
    loss = Draft(title="挂失", body="新办法。", place="1", id="card-loss", changes="card-loss")
    taken = replace(NEW, id="branch-hours")
    progress: list[float] = []
    done = draft_all(
        bench.catalogue, ZHOU, [loss, taken, NEW], "", lambda part, _: progress.append(part)
    )
    assert done.made == ["cash-change"]
    assert [(item, type(error)) for item, error in done.refused] == [
        ("card-loss", WrongState),
        ("branch-hours", DuplicateItem),
    ]
    assert shown(bench.catalogue, "card-loss")["body"] != "新办法。"
    assert progress == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_who_may_not_write_imports_nothing(bench: Bench) -> None:
    done = drafted(bench, NEW, HOURS_AGAIN, by=REVIEWER)
    assert [type(error) for _, error in done.refused] == [NotAllowed, NotAllowed]
    assert (done.made, done.changed) == ([], [])
