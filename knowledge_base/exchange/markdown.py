"""Markdown: an article of our own with front matter, or any document by its headings."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from knowledge_base.article import FENCE, Article, parse
from knowledge_base.errors import ContentInvalid
from knowledge_base.exchange.clean import clean_text, has_markup
from knowledge_base.exchange.document import Collector, Draft
from knowledge_base.exchange.errors import refused
from knowledge_base.exchange.heading import Section, collect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read_markdown(path: Path, into: Collector, progress: Callable[[float], None]) -> None:
    """Make a draft of an article file, or one of each heading with text below it.

    Raises:
        ImportRefused: the text is not UTF-8 or too large.
    """
    if path.stat().st_size > into.limits.text_bytes:
        raise refused("too_large", into.file, f"has more than {into.limits.text_bytes} bytes")
    data = path.read_bytes()
    if b"\0" in data:
        raise refused("not_a_document", into.file, "is not text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refused("encoding", into.file, "is not UTF-8 text", line) from error
    progress(0.2)
    if text.split("\n", 1)[0].rstrip() == FENCE and f"\n{FENCE}" in text:
        _article(text, into)
    else:
        collect(_sections(text), into)


def _article(text: str, into: Collector) -> None:
    try:
        article = parse(text, into.file)
    except ContentInvalid as error:
        for problem in error.problems:
            into.problem(problem.line, problem.field, problem.message)
        return
    into.add(draft_of(article, f"{into.file}:1"))
    if has_markup(article.body):
        into.problem(1, "body", "HTML was removed from the text")


def draft_of(article: Article, place: str) -> Draft:
    """Return an article as a draft, its text cleaned."""
    return Draft(
        id=article.id,
        title=clean_text(article.title),
        body=clean_text(article.body),
        place=place,
        questions=tuple(clean_text(text) for text in article.questions),
        checks=tuple(clean_text(text) for text in article.checks),
        topic=article.topic,
        categories=article.categories,
        audience=article.audience,
        owner=article.owner,
        source=article.source,
        citation_status=article.citation_status,
        effective=_said(article.effective),
        expires=_said(article.expires),
        review=_said(article.review),
    )


def _said(day: date) -> date | None:
    return None if day in {day.min, day.max} else day


def _sections(text: str) -> list[Section]:
    """Cut at the headings the Markdown parser finds; `#` within code is no heading."""
    lines = text.splitlines()
    sections = [Section("", 1, 0)]
    end = 0
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)
    for token, inline in pairwise(tokens):
        # Only top-level headings: one inside a quotation or a list belongs to its text.
        if token.type != "heading_open" or token.level or token.map is None:
            continue
        sections[-1].lines += lines[end : token.map[0]]
        heading = " ".join(clean_text(inline.content).split())
        sections.append(Section(heading, int(token.tag[1:]), token.map[0] + 1))
        end = token.map[1]
    sections[-1].lines += lines[end:]
    return sections
