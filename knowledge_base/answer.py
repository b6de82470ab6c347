"""What a customer reads of an article: the rendered text and where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from knowledge_base.values import render

if TYPE_CHECKING:
    from datetime import date

    from knowledge_base.article import Article

Channel = Literal["web", "wechat"]

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
    """An article as given to a customer; `valid_until` is its last day in force."""

    text: str
    title: str
    source: str
    article_id: str
    revision: str
    categories: tuple[str, ...]
    valid_until: date


def answer_text(article: Article, channel: Channel = "web") -> str:
    """Render the body: named values filled in; plain text for channels without Markdown.

    Raises:
        KeyError: the body cites a value the article does not carry.
    """
    text = render(article.body, article.values)
    return text if channel == "web" else _plain(text)


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
        categories=tuple(article.categories),
        valid_until=article.expires,
    )


def _plain(text: str) -> str:
    text = _HEADING.sub("", _EMPHASIS.sub(r"\2", text))
    text = _LINK.sub(r"\1（\2）", text)
    return _BULLET.sub("· ", text)
