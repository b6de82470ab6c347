"""An article: one question of customers, its wordings, its approved answer and its papers.

A file is YAML front matter between two `---` lines, then the answer in Markdown. The answer is
what a customer reads, word for word, so every fault is found here and named by file and line.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from knowledge_base.errors import ContentInvalid, Problem
from knowledge_base.values import placeholders

if TYPE_CHECKING:
    from collections.abc import Mapping

Audience = Literal["customer", "internal"]
Status = Literal["published", "draft", "retired"]
CitationStatus = Literal["verified", "internal", "secondary", "doubtful"]
Category = Literal[
    "deposit",
    "wealth",
    "wealth_performance",
    "benchmark",
    "fund",
    "insurance",
    "investment_insurance",
    "structured_deposit",
    "precious_metal",
    "fx",
    "credit_card",
    "loan",
    "overdue",
    "private_fund",
    "futures",
    "pension",
    "agency_sale",
    "none",
]
NO_PRODUCT: Category = "none"
"""Reviewed, and about no product: what it mentions brings no notice. It stands alone."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

FENCE = "---"
REVISION_LENGTH = 10


class Article(BaseModel):
    """One article of any corpus; `body` keeps its `{{name}}` places, `values` fills them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    title: Line
    questions: tuple[Line, ...] = ()
    checks: tuple[Line, ...] = ()
    """Questions it must be found by but never learns from: a publication is tested with them."""
    topic: str = ""
    categories: tuple[Category, ...] = ()
    audience: Audience = "customer"
    status: Status = "published"
    owner: str = ""
    source: str = ""
    citation_status: CitationStatus = "internal"
    effective: date = date.min
    expires: date = date.max
    review: date = date.max
    body: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    values: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective > self.expires:
            message = "expires must not be before effective"
            raise ValueError(message)
        return self

    @field_validator("categories")
    @classmethod
    def _none_alone(cls, value: tuple[Category, ...]) -> tuple[Category, ...]:
        if NO_PRODUCT in value and len(value) > 1:
            raise PydanticCustomError("none_alone", "none stands alone")
        return value

    @property
    def no_product(self) -> bool:
        """Whether a reviewer found it about no product category."""
        return NO_PRODUCT in self.categories

    @property
    def products(self) -> tuple[str, ...]:
        """The product categories that it is known to be about."""
        return () if self.no_product else self.categories

    @property
    def wordings(self) -> tuple[str, ...]:
        """The title first, then the other wordings, without repeats."""
        return tuple(dict.fromkeys((self.title, *self.questions)))

    @property
    def revision(self) -> str:
        """First 10 hex digits of the SHA-256 of the content, values included."""
        content = self.model_dump(mode="json")
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:REVISION_LENGTH]

    def visible(self, audience: Audience, day: date) -> bool:
        """Tell whether this audience may read it on this day; staff may read both kinds."""
        allowed = audience == "internal" or self.audience == "customer"
        in_force = self.effective <= day <= self.expires
        return allowed and in_force and self.status == "published"


class FrontMatter(Article):
    """What a file of the own content must say: nothing may be left to a default."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    questions: tuple[Line, ...] = Field(min_length=1)
    topic: Line
    categories: tuple[Category, ...]
    audience: Audience
    owner: Line
    source: Line
    citation_status: CitationStatus
    effective: date
    expires: date
    review: date


def parse(text: str, file: str, known_values: Mapping[str, str] | None = None) -> Article:
    """Read one article file.

    `file` names it in errors. Given `known_values`, every `{{name}}` of the body must be among
    them, and the article carries the texts it cites.

    Raises:
        ContentInvalid: with one `Problem` for each fault found.
    """
    matter, body, first = _split(text, file)
    try:
        draft = FrontMatter.model_validate({**matter, "body": body})
    except ValidationError as error:
        raise ContentInvalid(
            [
                Problem(file, _line_of(text, item["loc"]), _place(item["loc"]), item["msg"])
                for item in error.errors()
            ]
        ) from error
    cited = placeholders(draft.body)
    if known_values is None:
        return Article.model_validate(draft.model_dump())
    unknown = [name for name in cited if name not in known_values]
    if unknown:
        raise ContentInvalid(
            [
                Problem(file, first + _offset(body, name), "body", f"unknown value {name}")
                for name in unknown
            ]
        )
    values = {name: known_values[name] for name in cited}
    return Article.model_validate({**draft.model_dump(), "values": values})


def _split(text: str, file: str) -> tuple[dict[str, object], str, int]:
    """Return front matter, body and the body's first line number (1-based)."""
    lines = text.lstrip("\ufeff").splitlines()
    fences = [n for n, line in enumerate(lines) if line.rstrip() == FENCE][:2]
    if len(fences) < 2 or fences[0] != 0:  # noqa: PLR2004  -- an opening and a closing fence
        raise ContentInvalid([Problem(file, 1, "front matter", "needs two lines of ---")])
    try:
        matter = yaml.safe_load("\n".join(lines[1 : fences[1]]))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        why = getattr(error, "problem", None) or "not YAML"
        raise ContentInvalid([Problem(file, line, "front matter", str(why))]) from error
    except ValueError as error:  # a date of the right form that no calendar has
        line = 2 + _offender(lines[1 : fences[1]])
        field = text.splitlines()[line - 1].partition(":")[0].strip(" -")
        raise ContentInvalid([Problem(file, line, field, str(error))]) from error
    if not isinstance(matter, dict):
        raise ContentInvalid([Problem(file, 1, "front matter", "must be a mapping")])
    return matter, "\n".join(lines[fences[1] + 1 :]), fences[1] + 2


def _offender(lines: list[str]) -> int:
    """Find the first line that YAML cannot turn into a value by itself."""
    for number, line in enumerate(lines):
        try:
            yaml.safe_load(line)
        except yaml.YAMLError:
            continue
        except ValueError:
            return number
    return 0


def _offset(body: str, name: str) -> int:
    lines = body.splitlines()
    return next((n for n, line in enumerate(lines) if name in placeholders(line)), 0)


def _line_of(text: str, loc: tuple[int | str, ...]) -> int:
    """Find the line of a field, or of an item of a list field; 1 when it is missing."""
    if not loc:
        return 1
    lines = text.splitlines()
    key = re.compile(rf"{re.escape(str(loc[0]))}\s*:")
    start = next((n for n, line in enumerate(lines) if key.match(line)), None)
    if start is None:
        return 1
    if len(loc) > 1 and isinstance(loc[1], int):
        items = [n for n in range(start + 1, len(lines)) if lines[n].lstrip().startswith("- ")]
        return items[loc[1]] + 1 if loc[1] < len(items) else start + 1
    return start + 1


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "article"
