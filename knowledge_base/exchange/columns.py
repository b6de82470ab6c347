"""Column titles and words of FAQ lists, in Chinese and English; the lists are data/columns.yml."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge_base.exchange.limits import DATA
from knowledge_base.exchange.slug import slug

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOISE = re.compile(r"[\s_*＊:：]|[(（\[【][^)）\]】]*[)）\]】]")


class Words(BaseModel):
    """For each field, and each value of a field, the ways to write it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, list[str]]
    topics: dict[str, list[str]]
    categories: dict[str, list[str]]
    audiences: dict[str, list[str]]
    citation_statuses: dict[str, list[str]]


@cache
def load_words() -> Words:
    """Read data/columns.yml."""
    return Words.model_validate(yaml.safe_load((DATA / "columns.yml").read_text(encoding="utf-8")))


def recognise(cells: Sequence[object]) -> dict[int, str]:
    """Return column number (0-based) → field, if these cells are a header; else nothing.

    A header names an answer and a question at least.
    Several columns may hold wordings (相似问1, 相似问2, …); of the other fields the first counts.
    """
    titles = _index(load_words().columns)
    found: dict[int, str] = {}
    for number, cell in enumerate(cells):
        key = _key(str(cell)) if cell is not None else ""
        field = titles.get(key) or titles.get(key.rstrip("0123456789"))
        if field and (field == "questions" or field not in found.values()):
            found[number] = field
    fields = set(found.values())
    return found if "body" in fields and fields & {"title", "questions"} else {}


def word(kind: str, text: str) -> str:
    """Return the key that `text` stands for among `kind` (topics, categories, …); "" if none."""
    return _index(getattr(load_words(), kind)).get(_key(text), "")


def topic(text: str) -> str:
    """Return a known topic, or a name made of the text that is safe as a folder's name."""
    return word("topics", text) or (slug(text, "_", "") if text else "")


def titles() -> dict[str, str]:
    """Return field → the column title our own lists have."""
    return {field: names[0] for field, names in load_words().columns.items()}


def _index(words: dict[str, list[str]]) -> dict[str, str]:
    return {_key(name): key for key, names in words.items() for name in (key, *names)}


def _key(text: str) -> str:
    return _NOISE.sub("", text).lower()
