"""The regression set: what must be found, refused and noticed, before a snapshot goes live.

The questions of `find` come with the articles (`Article.checks`: held out, never learnt from);
those that must be refused, must not be answered, or must bring a notice stand in
`content/regression.yml`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge_base.article import Article, Audience, Category, Line
from knowledge_base.errors import ContentInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from knowledge_base.retrieval.service import Result

    Noticed = Callable[[Article], frozenset[str]]
    """Return the product categories whose notice precedes this article."""


TOLERANCE = 0.005
"""Share of the questions found before by which more may be lost than are gained."""


class Must(StrEnum):
    """What is asked of a question.

    `FIND`: its article is the answer or among the options. `REFUSE`: refused outright.
    `WITHHOLD`: not answered; asking back is allowed. `NOTICE`: what answers it, or one of the
    options, comes with the notices of these categories.
    """

    FIND = "find"
    REFUSE = "refuse"
    WITHHOLD = "withhold"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Check:
    """One question; `expected` holds the article's id or the categories."""

    must: Must
    text: str
    expected: tuple[str, ...] = ()
    audience: Audience = "customer"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a check: `got` is the decision and the articles, as `answer card-loss`."""

    check: Check
    met: bool
    got: str


@dataclass(frozen=True, slots=True)
class Report:
    """Two runs of the same checks, compared.

    `worse` stops a publication: every failure of what must be refused, withheld or noticed, and
    what was found and no longer is. A ranking that is learnt anew loses a few borderline
    questions and gains others; as long as the balance stays within `TOLERANCE`, losses at
    articles that were not touched are `lost`: shown, but no reason to stop. `unmet` was not met
    before either. `counts` has, for each `Must`, how
    many checks are met and how many there are, as `find met` and `find`.
    """

    worse: tuple[Outcome, ...]
    lost: tuple[Outcome, ...]
    better: tuple[Outcome, ...]
    unmet: tuple[Outcome, ...]
    counts: dict[str, int]

    @property
    def worse_in_words(self) -> tuple[str, ...]:
        """What got worse, a line each, for the record and for people."""
        return tuple(
            f"{one.check.must} {' '.join(one.check.expected)} <- {one.check.text}: {one.got}"
            for one in self.worse
        )


class Searches(Protocol):
    """What is checked: a `Searcher`, or a `Trial` of a snapshot that is not in service."""

    def search(
        self, text: str, *, audience: Audience = "customer", at: date | None = None
    ) -> Result:
        """Return the decision and its articles."""

    def article(
        self, article_id: str, *, audience: Audience = "customer", at: date | None = None
    ) -> Article:
        """Return an article that was found."""


class NoticeQuestion(BaseModel):
    """A question and the categories whose notice must come with its answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Line
    categories: tuple[Category, ...] = Field(min_length=1)


class RegressionFile(BaseModel):
    """The shape of `content/regression.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    source: Line
    review: date
    must_refuse: tuple[Line, ...] = Field(min_length=1)
    must_not_answer: tuple[Line, ...] = Field(min_length=1)
    must_notice: tuple[NoticeQuestion, ...] = Field(min_length=1)


def load(path: Path) -> list[Check]:
    """Read the checks of a regression file.

    Raises:
        ContentInvalid: it does not follow its format.
    """
    try:
        file = RegressionFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        raise ContentInvalid(
            [
                Problem(str(path), 0, ".".join(map(str, item["loc"])), item["msg"])
                for item in error.errors()
            ]
        ) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day no calendar has
        raise ContentInvalid([Problem(str(path), 0, "yaml", str(error))]) from error
    return [
        *(Check(Must.REFUSE, text) for text in file.must_refuse),
        *(Check(Must.WITHHOLD, text) for text in file.must_not_answer),
        *(Check(Must.NOTICE, one.text, tuple(one.categories)) for one in file.must_notice),
    ]


def checks_of(articles: Iterable[Article], day: date) -> list[Check]:
    """Return the articles' own checks; those not in force on that day cannot be found."""
    return [
        Check(Must.FIND, text, (article.id,), article.audience)
        for article in articles
        if article.visible("internal", day)
        for text in article.checks
    ]


def run(
    searches: Searches, checks: Iterable[Check], noticed: Noticed, day: date
) -> tuple[Outcome, ...]:
    """Ask every question as on that day."""
    return tuple(_ask(searches, check, noticed, day) for check in checks)


def compare(
    before: Sequence[Outcome], after: Sequence[Outcome], changed: Collection[str] = ()
) -> Report:
    """Compare two runs; a check that `before` lacks counts as not met there.

    `changed` are the ids of the articles that were touched.
    """
    was_met = {outcome.check for outcome in before if outcome.met}
    failed = [one for one in after if not one.met]
    better = [one for one in after if one.met and one.check not in was_met]
    lost = [one for one in failed if one.check.must is Must.FIND and one.check in was_met]
    held = sum(check.must is Must.FIND for check in was_met)
    if len(lost) - sum(one.check.must is Must.FIND for one in better) <= TOLERANCE * held:
        lost = [one for one in lost if not set(one.check.expected) & set(changed)]
    else:
        lost = []
    excused = {one.check for one in lost}
    worse = [
        one
        for one in failed
        if one.check not in excused and (one.check.must is not Must.FIND or one.check in was_met)
    ]
    counts = Counter(str(one.check.must) for one in after)
    counts.update(f"{one.check.must} met" for one in after if one.met)
    return Report(
        worse=tuple(worse),
        lost=tuple(lost),
        better=tuple(better),
        unmet=tuple(one for one in failed if one not in worse and one.check not in excused),
        counts=dict(counts),
    )


def _ask(searches: Searches, check: Check, noticed: Noticed, day: date) -> Outcome:
    result = searches.search(check.text, audience=check.audience, at=day)
    found = {"answer": result.hits[:1], "clarify": result.options}.get(result.decision, ())
    ids = tuple(hit.article_id for hit in found)
    match check.must:
        case Must.FIND:
            met = check.expected[0] in ids
        case Must.REFUSE:
            met = result.decision == "refuse"
        case Must.WITHHOLD:
            met = result.decision != "answer"
        case Must.NOTICE:
            articles = (searches.article(id_, audience=check.audience, at=day) for id_ in ids)
            met = any(noticed(article).issuperset(check.expected) for article in articles)
    return Outcome(check, met, " ".join((result.decision, *ids)))
