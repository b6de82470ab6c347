"""What an import yields: drafts, what is wrong with them, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from knowledge_base.errors import Problem
from knowledge_base.exchange.errors import refused
from knowledge_base.exchange.limits import Limits, load_limits
from knowledge_base.exchange.slug import slug
from language.normalise import compact

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Draft:
    """One article to be; what a file does not say is empty and left to the editor."""

    title: str
    body: str
    place: str
    """Where it stands in the file, for people: sheet and row (`表1!12`), line, or heading path."""
    id: str = ""
    questions: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    topic: str = ""
    categories: tuple[str, ...] = ()
    audience: str = "customer"
    owner: str = ""
    source: str = ""
    citation_status: str = "internal"
    effective: date | None = None
    expires: date | None = None
    review: date | None = None
    changes: str = ""
    """Id of the existing article that this draft would change; empty for a new article."""

    def content(self) -> dict[str, Any]:
        """Return the fields of an article as the catalogue keeps them; unknown dates are absent."""
        fields: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "questions": list(self.questions),
            "checks": list(self.checks),
            "topic": self.topic,
            "categories": list(self.categories),
            "audience": self.audience,
            "owner": self.owner,
            "source": self.source,
            "citation_status": self.citation_status,
            "body": self.body,
        }
        dates = {"effective": self.effective, "expires": self.expires, "review": self.review}
        return fields | {name: day.isoformat() for name, day in dates.items() if day}


@dataclass(frozen=True, slots=True)
class Import:
    """A file read to its end; `problems` need a person's eye, `skipped` was left out on purpose."""

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    unlisted: int = 0
    """Problems and skipped things beyond the limit, which are only counted."""


@dataclass(slots=True)
class Collector:
    """Gathers drafts of one file and gives each its id; ids follow from titles and order only."""

    file: str
    existing: Mapping[str, str]
    """Ids and titles of the articles there are."""
    limits: Limits = field(default_factory=load_limits)
    _drafts: dict[str, Draft] = field(default_factory=dict)
    _problems: list[Problem] = field(default_factory=list)
    _skipped: list[Problem] = field(default_factory=list)
    _titles: dict[str, str] = field(default_factory=dict)
    _unlisted: int = 0
    _size: int = 0

    def __post_init__(self) -> None:
        """Remember which title belongs to which existing article."""
        for key in sorted(self.existing):
            self._titles.setdefault(compact(self.existing[key]), key)

    def problem(self, line: int, name: str, message: str) -> None:
        """Note a fault of a field."""
        self._note(self._problems, Problem(self.file, line, name, message))

    def skip(self, line: int, name: str, message: str) -> None:
        """Note something that was left out."""
        self._note(self._skipped, Problem(self.file, line, name, message))

    def add(self, draft: Draft, line: int = 0) -> None:
        """Take a draft in, unless the file says its id twice; `line` names it in problems.

        Raises:
            ImportRefused: the file holds more than the limits allow.
        """
        if draft.id and draft.id in self._drafts:
            first = self._drafts[draft.id].place
            self.problem(line, "id", f"{draft.id} is used twice in this file, first at {first}")
            return
        named = self._named(self._within(draft, line))
        self._drafts[named.id] = named
        self._size += len(named.body) + len(named.title) + sum(map(len, named.questions))
        if len(self._drafts) > self.limits.drafts or self._size > self.limits.text:
            why = f"holds more than {self.limits.drafts} articles or too much text"
            raise refused("too_many", self.file, why, line)

    def result(self) -> Import:
        """Return what was gathered.

        Raises:
            ImportRefused: nothing was.
        """
        if not self._drafts and not self._problems:
            raise refused("empty", self.file, "holds nothing that could become an article")
        return Import(
            tuple(self._drafts.values()),
            tuple(self._problems),
            tuple(self._skipped),
            self._unlisted,
        )

    def _note(self, notes: list[Problem], note: Problem) -> None:
        if len(notes) < self.limits.problems:
            notes.append(note)
        else:
            self._unlisted += 1

    def _within(self, draft: Draft, line: int) -> Draft:
        """Tell of texts that are too long; they stay whole, the editor decides."""
        for name, texts in (("title", (draft.title,)), ("questions", draft.questions)):
            if any(len(text) > self.limits.title for text in texts):
                self.problem(line, name, f"is longer than {self.limits.title} characters")
        if len(draft.body) > self.limits.cell:
            self.problem(line, "body", f"is longer than {self.limits.cell} characters")
        return draft

    def _named(self, draft: Draft) -> Draft:
        same = draft.id if draft.id in self.existing else ""
        if not draft.id:
            same = self._titles.get(compact(draft.title), "")
        if same and same not in self._drafts:
            return replace(draft, id=same, changes=same)
        return replace(draft, id=draft.id or self._free(slug(draft.title)))

    def _free(self, wanted: str) -> str:
        key, number = wanted, 1
        while key in self._drafts or key in self.existing:
            number += 1
            key = f"{wanted}-{number}"
        return key
