"""Ids of drafts: readable, unique, the same each time; what changes an existing article."""

from __future__ import annotations

import pytest

from knowledge_base.article import parse
from knowledge_base.exchange.document import Collector, Draft, Import
from knowledge_base.exchange.errors import ImportRefused
from knowledge_base.exchange.limits import Limits, load_limits
from knowledge_base.exchange.slug import LONGEST, slug
from tests.unit.knowledge_base.files import ARTICLE


def gather(
    *drafts: Draft, existing: dict[str, str] | None = None, limits: Limits | None = None
) -> Import:
    into = Collector("a.csv", existing or {}, limits or load_limits())
    for number, draft in enumerate(drafts, 1):
        into.add(draft, number)
    return into.result()


def named(title: str, key: str = "") -> Draft:
    return Draft(title=title, body="答", place="1", id=key)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("怎么挂失银行卡？", "zen-me-gua-shi-yin-hang-ka"),
        ("LPR 是什么", "lpr-shi-shen-me"),
        ("？！", "article"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_an_id_is_read_from_the_title(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_a_long_title_is_cut_after_a_syllable() -> None:
    made = slug("信用卡" * 50)
    assert len(made) <= LONGEST
    assert set(made.split("-")) == {"xin", "yong", "ka"}
    assert len(slug("a" * 500)) == LONGEST


def test_ids_do_not_clash_with_one_another_or_with_existing_ones() -> None:
    found = gather(named("挂失"), named("挂 失？！"), existing={"gua-shi": "另一个标题"})
    assert [draft.id for draft in found.drafts] == ["gua-shi-2", "gua-shi-3"]
    assert [draft.changes for draft in found.drafts] == ["", ""]


def test_an_existing_title_means_that_article_changes() -> None:
    found = gather(named("怎样挂失？"), existing={"card-loss": "怎样 挂失"})
    assert (found.drafts[0].id, found.drafts[0].changes) == ("card-loss", "card-loss")


def test_an_existing_id_means_that_article_changes() -> None:
    found = gather(named("新的标题", "card-loss"), existing={"card-loss": "怎样挂失"})
    assert (found.drafts[0].id, found.drafts[0].changes) == ("card-loss", "card-loss")


def test_an_id_said_twice_is_a_problem_of_the_second() -> None:
    found = gather(named("一", "same"), named("二", "same"))
    assert [draft.title for draft in found.drafts] == ["一"]
    assert [(problem.line, problem.field) for problem in found.problems] == [(2, "id")]


def test_nothing_is_an_error() -> None:
    with pytest.raises(ImportRefused) as caught:
        gather()
    assert caught.value.code == "empty"


def test_too_many_drafts_are_refused() -> None:
    limits = load_limits().model_copy(update={"drafts": 2})
    with pytest.raises(ImportRefused) as caught:
        gather(named("一"), named("二"), named("三"), limits=limits)
    assert caught.value.code == "too_many"
    assert caught.value.problems[0].line == 3


def test_too_many_problems_are_counted() -> None:
    limits = load_limits().model_copy(update={"problems": 1})
    into = Collector("a.csv", {}, limits)
    for line in (1, 2, 3):
        into.problem(line, "title", "wrong")
    found = into.result()
    assert (len(found.problems), found.unlisted) == (1, 2)


def test_content_has_the_fields_of_an_article() -> None:
    known = parse(ARTICLE, "card-loss.md").model_dump(mode="json")
    content = named("挂失").content()
    assert set(content) <= set(known)
    assert "effective" not in content
