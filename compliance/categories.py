"""Which product categories a text is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.data_file import Review, load
from language.normalise import normalise

DEFAULT_PATH = Path(__file__).parent / "data" / "categories.yml"
_BLANK = re.compile(r"\s+")
_PRODUCT = "product"


class Category(BaseModel):
    """One product category; see the head of `data/categories.yml` for the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    decision: str = ""
    terms: tuple[str, ...] = Field(min_length=1)
    not_terms: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    detail: bool = False
    also: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    person: bool = False


class CategoryFile(BaseModel):
    """The shape of `data/categories.yml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    review: Review
    substance: str
    categories: dict[str, Category]

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name, category in self.categories.items():
            unknown = set(category.also) - set(self.categories)
            if unknown:
                message = f"{name}: also names unknown categories {sorted(unknown)}"
                raise ValueError(message)
        return self


class CategoryFinder:
    """Finds categories by the longest terms in a text, by patterns, and by intent.

    Terms are matched on characters, not on segmented words: a segmenter that joins a term to its
    neighbour would hide it, and a notice too few is worse than one too many.
    """

    def __init__(self, categories: dict[str, Category], substance: str) -> None:
        """Compile the terms of all categories into one matcher for each category."""
        self._categories = categories
        self._substance = re.compile(substance)
        self._matchers = {name: _matcher(category) for name, category in categories.items()}
        self._patterns = _compiled({name: one.patterns for name, one in categories.items()})
        self._alone = _compiled({name: one.alone for name, one in categories.items()})
        self._details = {name for name, category in categories.items() if category.detail}
        self._intents: dict[str, frozenset[str]] = {}
        for name, category in categories.items():
            for intent in category.intents:
                known = self._intents.get(intent, frozenset())
                self._intents[intent] = known | self._with_related({name})

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Self:
        """Read the categories; raises `DataFileError` that names the place of every mistake."""
        file = load(path, CategoryFile)
        return cls(file.categories, file.substance)

    @property
    def names(self) -> dict[str, str]:
        """The Chinese name of each category."""
        return {key: category.name for key, category in self._categories.items()}

    def in_text(self, text: str) -> frozenset[str]:
        """Return the categories that the text is about; nothing in the text negates one."""
        plain = _BLANK.sub("", normalise(text))
        found = {name for name, matcher in self._matchers.items() if _has_term(matcher, plain)}
        found |= {name for name, pattern in self._patterns if pattern.search(plain)}
        if found <= self._details:
            found |= {name for name, pattern in self._alone if pattern.search(plain)}
        return self._with_related(found)

    def states_terms(self, text: str) -> bool:
        """Tell whether a text states terms of something, named or not: a figure, a fee, a risk."""
        return self._substance.search(_BLANK.sub("", normalise(text))) is not None

    def of_intent(self, intent: str) -> frozenset[str]:
        """Return the categories that an answer to this intent is about."""
        return self._intents.get(intent, frozenset())

    def of_entities(self, entities: Iterable[Mapping[str, Any]]) -> frozenset[str]:
        """Return the categories of the products among a message's entities.

        An entity's value is a category's key or a product's name (`{"entity": "product",
        "value": "fund"}`); other entities (amounts, dates) are about no product.
        """
        values = {str(one.get("value", "")) for one in entities if one.get("entity") == _PRODUCT}
        found = {value for value in values if value in self._categories}
        for value in values - found:
            found |= self.in_text(value)
        return self._with_related(found)

    def for_person(self, names: Iterable[str]) -> frozenset[str]:
        """Return those of the categories that may only be explained, and then need a person."""
        known = self._categories
        return frozenset(name for name in names if name in known and known[name].person)

    def _with_related(self, names: Iterable[str]) -> frozenset[str]:
        found = set(names)
        for name in tuple(found):
            found |= set(self._categories[name].also)
        return frozenset(found)


def _matcher(category: Category) -> re.Pattern[str]:
    words = [(word, "term") for word in category.terms]
    words += [(word, "other") for word in category.not_terms]
    ordered = sorted(words, key=lambda item: -len(item[0]))
    # Looking at the first character alone rules out most places at once.
    first = "".join(sorted({re.escape(normalise(word)[0]) for word, _ in words}))
    alternatives = "|".join(
        f"(?P<t{index}>{_bounded(word)})" if kind == "term" else f"(?:{_bounded(word)})"
        for index, (word, kind) in enumerate(ordered)
    )
    return re.compile(f"(?=[{first}])(?:{alternatives})")


def _compiled(patterns: Mapping[str, Iterable[str]]) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(one)) for name, ones in patterns.items() for one in ones]


def _bounded(word: str) -> str:
    plain = _BLANK.sub("", normalise(word))
    escaped = re.escape(plain)
    # Latin abbreviations stand alone: "etf" is no part of a longer Latin word.
    return rf"(?<![a-z]){escaped}(?![a-z])" if plain.isascii() and plain.isalpha() else escaped


def _has_term(matcher: re.Pattern[str], text: str) -> bool:
    return any(found.lastgroup is not None for found in matcher.finditer(text))
