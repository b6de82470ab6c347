"""Foreign corpora: articles and test queries as JSON lines, from any bank or data set.

Articles: `{"id", "title", "questions": [...], "answer"}`; queries: `{"text", "article_id"}`, where
a null `article_id` means that the query must be refused.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from knowledge_base.article import Article
from knowledge_base.errors import ContentInvalid, Problem
from knowledge_base.values import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Text = Annotated[
    str, StringConstraints(strip_whitespace=True), BeforeValidator(lambda given: given or "")
]
"""Null stands for nothing, as in exports from databases."""


class ForeignArticle(BaseModel):
    """One line of an article file; other keys are ignored."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    title: Text = ""
    questions: Annotated[list[Text], BeforeValidator(lambda given: given or [])] = []
    answer: Text = ""


class Query(BaseModel):
    """One test query; `article_id` null: it must be refused."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    article_id: str | None = None


def read_articles(path: Path) -> list[Article]:
    """Read a foreign article file.

    A missing title is taken from the first question; a missing answer is the title, since search
    needs none. Braces like
    `{{x}}` in foreign text stay as they are: each such name is its own value.

    Raises:
        ContentInvalid: bad JSON, missing id, no wording at all, or a repeated id.
    """
    problems: list[Problem] = []
    found: dict[str, Article] = {}
    for number, record in _records(path, problems):
        try:
            foreign = ForeignArticle.model_validate(record)
            article = _article(foreign)
        except ValidationError as error:
            problems += _explain(path, number, error)
            continue
        if article.id in found:
            problems.append(Problem(str(path), number, "id", f"repeats {article.id}"))
        found.setdefault(article.id, article)
    if problems:
        raise ContentInvalid(problems)
    return list(found.values())


def read_queries(path: Path) -> list[Query]:
    """Read a query file.

    Raises:
        ContentInvalid: bad JSON or a query without text.
    """
    problems: list[Problem] = []
    queries: list[Query] = []
    for number, record in _records(path, problems):
        try:
            queries.append(Query.model_validate(record))
        except ValidationError as error:
            problems += _explain(path, number, error)
    if problems:
        raise ContentInvalid(problems)
    return queries


def _article(foreign: ForeignArticle) -> Article:
    questions = [question for question in foreign.questions if question]
    title = foreign.title or (questions[0] if questions else "")
    body = foreign.answer or title
    return Article(
        id=foreign.id,
        title=title,
        questions=tuple(questions),
        body=body,
        values={name: f"{{{{{name}}}}}" for name in placeholders(body)},
    )


def _records(path: Path, problems: list[Problem]) -> Iterator[tuple[int, object]]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                problems.append(Problem(str(path), number, "json", error.msg))


def _explain(path: Path, number: int, error: ValidationError) -> list[Problem]:
    return [
        Problem(str(path), number, ".".join(str(p) for p in item["loc"]), item["msg"])
        for item in error.errors()
    ]
