"""FAQ lists: rows of a sheet become drafts; several rows may make one article."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from knowledge_base.exchange import columns
from knowledge_base.exchange.clean import clean_text, has_markup
from knowledge_base.exchange.document import Collector, Draft
from knowledge_base.exchange.errors import refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADER_WITHIN = 10
"""The header stands in the first rows of a sheet; above it there may be a title."""
_WORDINGS = re.compile(r"[\n\r；;|｜\u2028]+")
_WORDS = re.compile(r"[\n\r；;|｜、,，]+")
_DATE = re.compile(
    r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|(\d\d)(\d\d))\s*日?(?:[ T]0?0:00.*)?"
)
_GUARDED = re.compile(r"'(?=[=+\-@\t\r])")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATES = ("effective", "expires", "review")
_SEVERAL_LINES = {"body", "checks", "categories"}
_REQUIRED = {"title": "the question is missing", "body": "the answer is missing"}


@dataclass(slots=True)
class _Record:
    """What the rows of one article say."""

    place: str
    row: int
    fields: dict[str, str] = field(default_factory=dict)
    questions: dict[str, None] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)


def read_rows(rows: Iterable[tuple[str, int, list[object]]], into: Collector) -> None:
    """Make drafts of (sheet, row number, cells); each sheet has a header of its own.

    A row without a question, or with the question and answer of an earlier one, adds its wordings
    to that article. In a list without a column for wordings, so does a question without an answer.

    Raises:
        ImportRefused: no sheet has a header, or there is more than the limits allow.
    """
    sheets: dict[str, _Sheet] = {}
    records: list[_Record] = []
    size = 0
    for name, number, cells in rows:
        sheet = sheets.setdefault(name, _Sheet(name, into, records))
        size += sum(len(cell) for cell in cells if isinstance(cell, str))
        if size > into.limits.text or len(records) > into.limits.drafts:
            raise refused("too_many", into.file, "holds too many articles or too much text", number)
        sheet.take(number, cells)
    if not sheets:
        raise refused("empty", into.file, "holds no rows")
    if not any(sheet.header for sheet in sheets.values()):
        seen = next((sheet.first for sheet in sheets.values() if sheet.first), "nothing")
        why = f"needs a row of titles with 标准问 (or 问题) and 答案; found {seen}"
        raise refused("no_columns", into.file, why, 1, "columns")
    for name, sheet in sheets.items():
        if not sheet.header:
            into.skip(0, name, "the sheet has no columns for question and answer")
    for record in records:
        _finish(record, into)


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, name: str, into: Collector, records: list[_Record]) -> None:
        self.name = name
        self.header: dict[int, str] = {}
        self.first = ""
        """The titles found where a header was expected."""
        self._into = into
        self._records = records
        self._by_title: dict[str, _Record] = {}
        self._current: _Record | None = None
        self._rows = 0

    def take(self, number: int, cells: Sequence[object]) -> None:
        """Use one row, as header or as content."""
        if not self.header:
            self._rows += 1
            if self._rows <= HEADER_WITHIN:
                self.header = columns.recognise(cells)
                found = [str(cell)[:20] for cell in cells[:10] if cell not in {None, ""}]
                self.first = self.first or ", ".join(found)
            return
        texts, questions = self._texts(number, cells)
        title, body = texts.get("title", ""), texts.get("body", "")
        if "title" not in self.header.values() and questions:
            title, *questions = questions
        record = self._record(number, title, body)
        if record is None:
            return
        if title and "title" not in record.fields:
            record.fields["title"] = title
        record.questions.update(dict.fromkeys(questions))
        for name, text in texts.items():
            record.fields.setdefault(name, text)
        self._dates(number, cells, record)

    def _record(self, number: int, title: str, body: str) -> _Record | None:
        """Find the article a row belongs to, or begin one; None: the row is a fault."""
        place = f"{self.name}!{number}" if self.name else str(number)
        if not title:
            if self._current is None or (body and body != self._current.fields.get("body")):
                self._into.problem(number, "title", f"{_REQUIRED['title']} ({place})")
                return None
            return self._current
        key = "".join(title.split()).casefold()
        known = self._by_title.get(key)
        if known is not None and body and known.fields.get("body", body) != body:
            why = f"“{title}” has another answer in row {known.row}; this row is left out"
            self._into.problem(number, "title", why)
            return None
        if known is None and not body and self._current and self._one_column:
            why = f"“{title}” has no answer: taken as a wording of row {self._current.row}"
            self._into.problem(number, "body", why)
            self._current.questions[title] = None
            return None
        if known is None:
            known = self._by_title[key] = _Record(place, number)
            self._records.append(known)
        self._current = known
        return known

    @property
    def _one_column(self) -> bool:
        return not {"title", "questions"} <= set(self.header.values())

    def _texts(self, number: int, cells: Sequence[object]) -> tuple[dict[str, str], list[str]]:
        texts: dict[str, str] = {}
        questions: list[str] = []
        for place, name in self.header.items():
            raw = cells[place] if place < len(cells) else None
            if raw is None or name in _DATES:
                continue
            text = _GUARDED.sub("", str(raw).strip(), count=1)
            if has_markup(text):
                self._into.problem(number, name, "HTML was removed from the text")
            if name == "questions":
                questions += _split(text, _WORDINGS)
            elif cleaned := clean_text(text):
                texts[name] = cleaned if name in _SEVERAL_LINES else " ".join(cleaned.split())
        return texts, questions

    def _dates(self, number: int, cells: Sequence[object], record: _Record) -> None:
        for place, name in self.header.items():
            raw = cells[place] if place < len(cells) else None
            if name not in _DATES or raw is None or not str(raw).strip():
                continue
            day = read_date(raw)
            if day is None:
                why = f"“{str(raw)[:40]}” is not a date such as 2026-01-31"
                self._into.problem(number, name, why)
            else:
                record.dates.setdefault(name, day)


def read_date(raw: object) -> date | None:
    """Return the day a cell means: a date, or a text like 2026-1-31, 2026年1月31日, 20260131."""
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    match = _DATE.fullmatch(str(raw).strip())
    try:
        return date(*(int(part) for part in match.groups() if part)) if match else None
    except ValueError:
        return None


def _finish(record: _Record, into: Collector) -> None:
    said = record.fields
    for name, why in _REQUIRED.items():
        if not said.get(name):
            into.problem(record.row, name, f"{why} ({record.place})")
            return
    dates = dict(record.dates)
    if dates.get("expires", date.max) < dates.get("effective", date.min):
        into.problem(record.row, "expires", "expires must not be before effective")
    given = said.get("id", "")
    if given and not _ID.fullmatch(given):
        into.problem(
            record.row, "id", f"“{given}” is no id (a-z, 0-9 and hyphens): a new one is made"
        )
        given = ""
    questions = [text for text in record.questions if text != said["title"]]
    draft = Draft(
        id=given,
        title=said["title"],
        body=said["body"],
        place=record.place,
        questions=tuple(questions),
        checks=tuple(_split(said.get("checks", ""), _WORDINGS)),
        topic=columns.topic(said.get("topic", "")),
        categories=tuple(_words(record, "categories", into)),
        audience=next(iter(_words(record, "audience", into)), "customer"),
        owner=said.get("owner", ""),
        source=said.get("source", ""),
        citation_status=next(iter(_words(record, "citation_status", into)), "internal"),
        effective=dates.get("effective"),
        expires=dates.get("expires"),
        review=dates.get("review"),
    )
    into.add(draft, record.row)


_KINDS = {
    "categories": "categories",
    "audience": "audiences",
    "citation_status": "citation_statuses",
}


def _words(record: _Record, name: str, into: Collector) -> list[str]:
    found: dict[str, None] = {}
    for text in _split(record.fields.get(name, ""), _WORDS):
        if key := columns.word(_KINDS[name], text):
            found[key] = None
        else:
            into.problem(record.row, name, f"“{text}” is not known")
    return list(found)


def _split(text: str, at: re.Pattern[str]) -> list[str]:
    parts = (" ".join(clean_text(part).split()) for part in at.split(text))
    return list(dict.fromkeys(part for part in parts if part))
