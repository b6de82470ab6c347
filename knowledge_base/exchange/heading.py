"""Sections of a document: heading path, numbers of headings, text below each heading."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge_base.exchange.clean import clean_text, has_markup
from knowledge_base.exchange.document import Collector, Draft
from language.normalise import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHINESE = "一二三四五六七八九十百零〇两0-9"
_NUMBERS = (
    (re.compile(rf"第[{_CHINESE}]+[编篇部][\s、.．:：]*"), 1),
    (re.compile(rf"第[{_CHINESE}]+章[\s、.．:：]*"), 1),
    (re.compile(rf"第[{_CHINESE}]+节[\s、.．:：]*"), 2),
    (re.compile(rf"第[{_CHINESE}]+条[\s、.．:：]*"), 3),
    (re.compile(r"[一二三四五六七八九十]+、\s*"), 1),
    (re.compile(r"[(（][一二三四五六七八九十]+[)）]\s*"), 2),
)
_DOTTED = re.compile(r"(?P<number>\d+(?:[.．]\d+)*)(?:[.．、]\s*|\s+)(?=\S)")
LONGEST_HEADING = 60
"""Characters; a longer numbered paragraph is a sentence."""


@dataclass(slots=True)
class Section:
    """A heading and the Markdown lines directly below it."""

    heading: str
    level: int
    place: int
    """Line or paragraph of the heading, 1-based; 0 for text before any heading."""
    lines: list[str] = field(default_factory=list)
    path: tuple[str, ...] = ()
    """Headings from the top down to this one."""


def without_number(heading: str) -> str:
    """Return a heading without its number: `3.2 受理` → `受理`; a bare number stays."""
    for pattern, _ in _NUMBERS:
        if match := pattern.match(heading):
            return heading[match.end() :].strip() or heading
    match = _DOTTED.match(heading)
    return heading[match.end() :].strip() if match else heading


def level_of_number(text: str) -> int:
    """Return the level a paragraph's number tells (`1.2 …` → 2, 第三章 → 1); 0 if it has none.

    For documents written without heading styles. A paragraph that ends like a sentence is none.
    """
    if len(text) > LONGEST_HEADING or text.endswith(tuple("。；;！!，,：:")):
        return 0
    for pattern, level in _NUMBERS:
        if (match := pattern.match(text)) and match.end() < len(text):
            return level
    match = _DOTTED.match(text)
    return len(re.split(r"[.．]", match["number"])) if match and "." in text[: match.end()] else 0


def collect(sections: Iterable[Section], into: Collector) -> None:
    """Make a draft of each section that has text; equal titles are told apart by their parents."""
    pathed = list(_pathed(sections))
    titles = [compact(without_number(section.heading)) for section in pathed]
    seen = Counter(titles)
    for section, title in zip(pathed, titles, strict=True):
        body = "\n".join(section.lines).strip()
        if not body or not section.path:
            if body:
                into.skip(section.place, "heading", "text before the first heading is left out")
            continue
        if has_markup(body):
            into.problem(section.place, "body", "HTML was removed from the text")
        repeated = seen[title] > 1
        into.add(_draft(section, clean_text(body), into.file, repeated=repeated), section.place)


def _draft(section: Section, body: str, file: str, *, repeated: bool) -> Draft:
    names = [clean_text(without_number(heading)) for heading in section.path]
    path = " > ".join(clean_text(heading) for heading in section.path)
    title = "：".join(names[-2:]) if repeated else names[-1]
    return Draft(title=title, body=body, source=f"《{file}》{path}", place=path)


def _pathed(sections: Iterable[Section]) -> Iterable[Section]:
    above: list[Section] = []
    for section in sections:
        while above and above[-1].level >= section.level:
            above.pop()
        if section.heading:
            above.append(section)
            section.path = tuple(one.heading for one in above)
        yield section
