"""Article files: what is read, and that every fault is named by file, line and field."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge_base.article import Article, parse
from knowledge_base.errors import ContentInvalid, Problem
from tests.unit.knowledge_base.files import ARTICLE

VALUES = {"hotline": "400-000-0000", "loss_fee": "15", "unused": "1"}


def problems(text: str, values: dict[str, str] | None = None) -> list[Problem]:
    with pytest.raises(ContentInvalid) as caught:
        parse(text, "card-loss.md", values)
    return caught.value.problems


def test_reads_front_matter_body_and_only_the_values_it_cites() -> None:
    article = parse(ARTICLE, "card-loss.md", VALUES)
    assert article.id == "card-loss"
    assert article.wordings == ("怎么挂失银行卡？", "银行卡丢了怎么办", "卡找不到了")
    assert article.categories == ("deposit",)
    assert article.effective == date(2026, 1, 1)
    assert article.body.startswith("请拨打 {{hotline}}")
    assert article.values == {"hotline": "400-000-0000", "loss_fee": "15"}


@pytest.mark.parametrize(
    ("before", "after", "line", "field"),
    [
        ("topic: card\n", "", 1, "topic"),
        ("categories: [deposit]", "categories: [lottery]", 8, "categories.0"),
        ("  - 卡找不到了", "  - ''", 6, "questions.1"),
        ("categories: [deposit]", "categories: [none, deposit]", 8, "categories"),
        ("audience: customer", "audience: everybody", 9, "audience"),
        ("effective: 2026-01-01", "effective: soon", 13, "effective"),
        ("id: card-loss", "id: Card Loss", 2, "id"),
        ("topic: card", "topic: card\ncolour: red", 8, "colour"),
    ],
)
def test_a_faulty_field_is_named_with_its_line(
    before: str, after: str, line: int, field: str
) -> None:
    assert before in ARTICLE
    (problem,) = problems(ARTICLE.replace(before, after), VALUES)
    assert (problem.file, problem.line, problem.field) == ("card-loss.md", line, field)


def test_an_unknown_value_is_named_with_the_line_that_cites_it() -> None:
    (problem,) = problems(ARTICLE, {"hotline": "1"})
    assert problem.field == "body"
    assert "loss_fee" in problem.message
    assert ARTICLE.splitlines()[problem.line - 1].startswith("补卡工本费")


def test_several_faults_are_found_at_once() -> None:
    text = ARTICLE.replace("audience: customer", "audience: x").replace("owner: 零售金融部\n", "")
    assert {problem.field for problem in problems(text)} == {"audience", "owner"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "正文而已",
        "---\nid: a\n没有结束",
        "---\n- 列表\n---\n正文",
        "---\nid: [\n---\n正文",
        ARTICLE[: ARTICLE.rindex("---") + 4],
    ],
)
def test_what_is_no_article_is_refused(text: str) -> None:
    assert problems(text)


def test_an_article_may_not_expire_before_it_starts() -> None:
    (problem,) = problems(ARTICLE.replace("expires: 2027-12-31", "expires: 2025-12-31"))
    assert "expires" in problem.message


def test_revision_follows_the_content_and_its_values() -> None:
    article = parse(ARTICLE, "card-loss.md", VALUES)
    assert len(article.revision) == 10
    assert int(article.revision, 16) >= 0
    assert parse(ARTICLE, "elsewhere.md", VALUES).revision == article.revision
    changed_value = parse(ARTICLE, "card-loss.md", {**VALUES, "loss_fee": "20"})
    changed_text = parse(ARTICLE.replace("挂失。", "挂失！"), "card-loss.md", VALUES)
    assert len({article.revision, changed_value.revision, changed_text.revision}) == 3


@pytest.mark.parametrize(
    ("change", "audience", "day", "expected"),
    [
        ({}, "customer", date(2026, 1, 1), True),
        ({}, "customer", date(2027, 12, 31), True),
        ({}, "customer", date(2025, 12, 31), False),
        ({}, "customer", date(2028, 1, 1), False),
        ({}, "internal", date(2028, 1, 1), False),
        ({"audience": "internal"}, "customer", date(2026, 6, 1), False),
        ({"audience": "internal"}, "internal", date(2026, 6, 1), True),
        ({"status": "draft"}, "internal", date(2026, 6, 1), False),
        ({"status": "retired"}, "customer", date(2026, 6, 1), False),
    ],
)
def test_who_may_read_it_and_when(
    change: dict[str, str], audience: str, day: date, *, expected: bool
) -> None:
    article = parse(ARTICLE, "card-loss.md", VALUES).model_copy(update=change)
    assert article.visible(audience, day) is expected  # type: ignore[arg-type]


def test_repeated_wordings_of_one_article_count_once() -> None:
    article = Article(id="a", title="问", questions=("问", "另一问"), body="答")
    assert article.wordings == ("问", "另一问")


def test_a_date_that_no_calendar_has_is_named_by_its_line() -> None:
    text = ARTICLE.replace("expires: 2027-12-31", "expires: 2027-13-31")
    with pytest.raises(ContentInvalid) as caught:
        parse(text, "card-loss.md")
    (problem,) = caught.value.problems
    assert problem.line == text.splitlines().index("expires: 2027-13-31") + 1
    assert "month" in problem.message
