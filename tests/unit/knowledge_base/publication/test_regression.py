"""Comparing two runs of the regression set, and reading its file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge_base.article import Article, Audience
from knowledge_base.errors import ContentInvalid
from knowledge_base.publication.regression import (
    Check,
    Must,
    Outcome,
    checks_of,
    compare,
    load,
    run,
)
from knowledge_base.retrieval.service import Hit, Result

DAY = date(2026, 11, 24)
CONTENT = Path(__file__).parents[4] / "knowledge_base" / "content"
FUND = Article(id="fund", title="基金怎么买", body="见页面。", categories=("fund",))
CARD = Article(id="card", title="怎么挂失", body="见页面。", checks=("卡不见了",))


class Found:
    """Finds what it is told to."""

    def __init__(self, **results: Result) -> None:
        self.results = results

    def search(
        self, text: str, *, audience: Audience = "customer", at: date | None = None
    ) -> Result:
        assert (audience, at) == ("customer", DAY)
        return self.results[text]

    def article(
        self, article_id: str, *, audience: Audience = "customer", at: date | None = None
    ) -> Article:
        assert (audience, at) == ("customer", DAY)
        return {"fund": FUND, "card": CARD}[article_id]


def hit(name: str) -> Hit:
    return Hit(name, name, 0.5, 0.5)


ANSWER = Result("answer", 0.9, (hit("fund"), hit("card")), (), 1.0, "s")
CLARIFY = Result("clarify", 0.5, (hit("fund"),), (hit("fund"), hit("card")), 1.0, "s")
REFUSE = Result("refuse", 0.1, (hit("fund"),), (), 1.0, "s")


def noticed(article: Article) -> frozenset[str]:
    return frozenset(article.categories)


@pytest.mark.parametrize(
    ("must", "expected", "met"),
    [
        (Must.FIND, ("fund",), [True, True, False]),
        (Must.FIND, ("card",), [False, True, False]),
        (Must.REFUSE, (), [False, False, True]),
        (Must.WITHHOLD, (), [False, True, True]),
        (Must.NOTICE, ("fund",), [True, True, False]),
        (Must.NOTICE, ("fund", "insurance"), [False, False, False]),
    ],
)
def test_what_meets_a_check(must: Must, expected: tuple[str, ...], met: list[bool]) -> None:
    found = Found(a=ANSWER, c=CLARIFY, r=REFUSE)
    outcomes = run(found, [Check(must, text, expected) for text in "acr"], noticed, DAY)
    assert [one.met for one in outcomes] == met
    assert [one.got for one in outcomes] == ["answer fund", "clarify fund card", "refuse"]


def test_an_article_s_checks_count_while_it_is_in_force() -> None:
    future = CARD.model_copy(update={"id": "later", "effective": date(2026, 11, 25)})
    over = CARD.model_copy(update={"id": "over", "expires": date(2026, 11, 23)})
    draft = CARD.model_copy(update={"id": "draft", "status": "draft"})
    assert checks_of([CARD, future, over, draft], DAY) == [Check(Must.FIND, "卡不见了", ("card",))]


def test_reports_sort_what_changed() -> None:
    lost, won, never, kept, new = (Check(Must.FIND, text, ("x",)) for text in "lwnkd")
    before = [
        Outcome(lost, met=True, got="answer x"),
        Outcome(won, met=False, got="refuse"),
        Outcome(never, met=False, got="refuse"),
        Outcome(kept, met=True, got="answer x"),
    ]
    after = [
        Outcome(lost, met=False, got="refuse"),
        Outcome(won, met=True, got="answer x"),
        Outcome(never, met=False, got="refuse"),
        Outcome(kept, met=True, got="clarify x y"),
        Outcome(new, met=False, got="refuse"),
    ]
    report = compare(before, after, {"x"})
    assert [one.check for one in report.worse] == [lost]
    assert [one.check for one in report.better] == [won]
    assert [one.check for one in report.unmet] == [never, new]
    assert report.counts == {"find": 5, "find met": 2}
    assert report.worse_in_words == ("find x <- l: refuse",)


def test_a_few_losses_at_untouched_articles_are_shown_but_do_not_stop() -> None:
    checks = [Check(Must.FIND, f"q{number}", (f"a{number}",)) for number in range(400)]
    before = [Outcome(check, met=True, got="answer") for check in checks]

    def lose(count: int) -> list[Outcome]:
        return [Outcome(c, met=n >= count, got="refuse") for n, c in enumerate(checks)]

    few = compare(before, lose(2))
    assert (len(few.worse), len(few.lost)) == (0, 2)
    assert few.unmet == ()
    touched = compare(before, lose(2), {"a1", "b"})
    assert [one.check.text for one in touched.worse] == ["q1"]
    assert [one.check.text for one in touched.lost] == ["q0"]
    many = compare(before, lose(3))
    assert (len(many.worse), len(many.lost)) == (3, 0)
    was_lost = [*before, Outcome(Check(Must.FIND, "won", ("w",)), met=False, got="refuse")]
    balanced = compare(was_lost, [*lose(3), Outcome(was_lost[-1].check, met=True, got="answer")])
    assert (len(balanced.worse), len(balanced.lost)) == (0, 3)


@pytest.mark.parametrize("must", [Must.REFUSE, Must.WITHHOLD, Must.NOTICE])
def test_what_must_be_is_worse_even_if_it_never_was_met(must: Must) -> None:
    failed = Outcome(Check(must, "q"), met=False, got="answer x")
    assert compare([failed], [failed]).worse == (failed,)
    assert compare([], [failed]).worse == (failed,)


def test_the_shipped_file_is_valid_and_disjoint_from_the_articles() -> None:
    checks = load(CONTENT / "regression.yml")
    texts = [check.text for check in checks]
    assert {check.must for check in checks} == {Must.REFUSE, Must.WITHHOLD, Must.NOTICE}
    assert len(set(texts)) == len(texts)
    assert "帮我预测明天股价" in texts


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("must_refuse: [", "yaml"),
        ("source: x\nreview: 2026-13-01\n", "yaml"),
        ("source: x\nreview: morgen\n", "review"),
        ("source: x\nreview: 2027-01-01\nmust_refuse: []\n", "must_refuse"),
    ],
)
def test_a_bad_file_is_named_with_its_fields(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "regression.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(ContentInvalid) as caught:
        load(path)
    assert field in [problem.field for problem in caught.value.problems]
    assert str(path) in str(caught.value)
