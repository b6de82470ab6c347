"""Named values: figures of the bank (hotline, fees, limits) that articles cite as `{{name}}`.

A figure lives in one file with its meaning, source and review date, so changing a fee is one edit
and the articles that cite it follow at the next publication.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from knowledge_base.errors import ContentInvalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
NAME = re.compile(r"[a-z][a-z0-9_]*")


class NamedValue(BaseModel):
    """One figure: the text shown to customers, what it means and where it comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str = Field(min_length=1)
    meaning: str = Field(min_length=1)
    source: str = Field(min_length=1)
    review: date

    @field_validator("value", mode="before")
    @classmethod
    def _number_as_text(cls, value: object) -> object:
        """YAML reads `5` as a number; customers read text."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        return value


def placeholders(text: str) -> list[str]:
    """Return the names cited in `text`, in order, without repeats."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def render(text: str, values: Mapping[str, str]) -> str:
    """Replace each `{{name}}`.

    Raises:
        KeyError: a cited name is not among `values`; an unfilled placeholder must never be shown.
    """
    return PLACEHOLDER.sub(lambda match: values[match.group(1)], text)


def load_values(folder: Path) -> dict[str, NamedValue]:
    """Read every `values*.yml` directly in `folder`; a name may be defined once only.

    Raises:
        ContentInvalid: a file is not a mapping, an entry lacks a field, or a name is repeated.
    """
    found: dict[str, NamedValue] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("values*.yml")):
        for name, entry in _entries(path, problems).items():
            line = _line_of(path, name)
            if name in found or not NAME.fullmatch(name):
                why = "already defined" if name in found else "not a lower-case identifier"
                problems.append(Problem(str(path), line, name, why))
                continue
            try:
                found[name] = NamedValue.model_validate(entry)
            except ValidationError as error:
                problems += [
                    Problem(str(path), line, f"{name}.{_place(item['loc'])}", item["msg"])
                    for item in error.errors()
                ]
    if problems:
        raise ContentInvalid(problems)
    return found


def _entries(path: Path, problems: list[Problem]) -> dict[str, object]:
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problems.append(Problem(str(path), line, "yaml", str(error).splitlines()[0]))
        return {}
    if not isinstance(read, dict):
        problems.append(Problem(str(path), 1, "yaml", "must be a mapping of names"))
        return {}
    return {str(name): entry for name, entry in read.items()}


def _line_of(path: Path, name: str) -> int:
    """Find the 1-based line on which top-level key `name` last starts, 0 if nowhere."""
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = [n for n, line in enumerate(lines, 1) if line.startswith(f"{name}:")]
    return starts[-1] if starts else 0


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)
