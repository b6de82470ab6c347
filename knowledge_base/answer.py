"""What a customer reads of an article: the rendered text and where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from knowledge_base.parts import cut, marked, unmarked
from knowledge_base.values import render

if TYPE_CHECKING:
    from knowledge_base.article import Article

Channel = Literal["web", "wechat"]

LIMITS: dict[Channel, int | None] = {"web": None, "wechat": 2048}
"""Most bytes of UTF-8 in one message; None: any. WeChat's customer-service text messages."""
LABELS = Path(__file__).parent / "data" / "answer.yml"

# A document number, bare or in brackets: 〔2021〕18号, (银发[2016]261号), 令第5号, 2022年第1号.
_NUMBERED = (
    r"[^（()）《》，。；、]*"
    r"(?:[〔\[［]\d{4}[〕\]］]\s*第?\d+号|令?第\s*\d+\s*号|年第?\d+号)"
)
_DOCUMENT_NUMBER = re.compile(rf"[（(]{_NUMBERED}[^）)]*[）)]|{_NUMBERED}")
_EMPHASIS = re.compile(r"(\*\*|__)(.+?)\1")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_BULLET = re.compile(r"(?m)^[ \t]*[-*+][ \t]+")
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """An article as given to a customer; `valid_until` is its last day in force.

    `parts` are the messages that a channel sends: on the web the text alone, since the page shows
    title and source on a card; elsewhere with title, source and validity as text around it.
    `no_product`: who reviewed it found it about no product category.
    """

    text: str
    title: str
    source: str
    article_id: str
    revision: str
    categories: tuple[str, ...]
    valid_until: date
    parts: tuple[str, ...]
    no_product: bool = False


class _Labels(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    review: date
    source: str = Field(min_length=1)
    head: str
    cited: str
    valid: str


def answer_text(article: Article, channel: Channel = "web") -> str:
    """Render the body: named values filled in; plain text for channels without Markdown.

    Raises:
        KeyError: the body cites a value the article does not carry.
    """
    return unmarked(_marked_text(article, channel))


def answer_parts(article: Article, channel: Channel = "web") -> tuple[str, ...]:
    """Return the messages in which the article is sent; see `Answer.parts`.

    Raises:
        KeyError: the body cites a value the article does not carry.
    """
    text = _marked_text(article, channel)
    limit = LIMITS[channel]
    if limit is None:
        return (unmarked(text),)
    foot = foot_line(article)
    return cut("\n".join((_labels().head.format(title=article.title), text, foot)), limit)


def foot_line(article: Article) -> str:
    """Return source and validity as text; empty for an article that has neither."""
    labels, source, last = _labels(), source_line(article), article.expires
    lines = [labels.cited.format(source=source)] if source else []
    if last != date.max:
        lines.append(labels.valid.format(year=last.year, month=last.month, day=last.day))
    return "\n".join(lines)


def source_line(article: Article) -> str:
    """Return the source as it may be cited.

    Document numbers are shown only for sources someone has verified against the original; an
    unverified number in an official answer would be a false citation.
    """
    if article.citation_status in {"verified", "internal"}:
        return article.source
    return _DOCUMENT_NUMBER.sub("", article.source).strip(" ，,；;、")


def make_answer(article: Article, channel: Channel = "web") -> Answer:
    """Put together what a reply needs of an article."""
    return Answer(
        text=answer_text(article, channel),
        title=article.title,
        source=source_line(article),
        article_id=article.id,
        revision=article.revision,
        categories=article.products,
        valid_until=article.expires,
        parts=answer_parts(article, channel),
        no_product=article.no_product,
    )


def _marked_text(article: Article, channel: Channel) -> str:
    text = render(unmarked(article.body), marked(article.values))
    return text if channel == "web" else _plain(text)


@cache
def _labels() -> _Labels:
    return _Labels.model_validate(yaml.safe_load(LABELS.read_text("utf-8")))


def _plain(text: str) -> str:
    text = _HEADING.sub("", _EMPHASIS.sub(r"\2", text))
    text = _LINK.sub(r"\1（\2）", text)
    return _BULLET.sub("· ", text)
