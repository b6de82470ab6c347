"""Terms of a customer's sentence: products, branches, channels, amounts, dates, numbers.

Products and places are found by spaCy's entity ruler over our own words (jieba with the finance
dictionary), so that only whole words count; the rest by shape (`language.figures`). This is the
only module of the room that needs spaCy, and only when the first text is read.
"""

from __future__ import annotations

import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from language import segment
from language.figures import find_figures
from language.normalise import normalise_aligned

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    Ruler = Callable[[str], list[tuple["Kind", int, int, str]]]

Kind = Literal["product", "branch", "channel", "amount", "date", "card_tail", "ticket", "order"]
PRODUCTS = Path(__file__).parent / "data" / "products.yml"
PLACES = PRODUCTS.with_name("places.yml")


@dataclass(frozen=True)
class Term:
    """A term in a raw text.

    Attributes:
        kind: what it is.
        text: its words in normal form.
        start: first character in the raw text.
        end: one past its last character in the raw text.
        value: of a product the category's id, of a channel its id, of a branch its name; of an
            amount its number (float, in the currency's unit); of a date ISO 8601, or None when it
            is relative and no day was given; else the digits or the number.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: float | str | None


def find_terms(text: str, *, today: dt.date | None = None) -> list[Term]:
    """Return the terms of the raw `text` in order, none overlapping another.

    `today` is the day that 昨天 or 下个月 are counted from. A word wins over a figure.
    """
    plain, spans = normalise_aligned(text)
    found: list[tuple[Kind, int, int, float | str | None]] = [*_ruler()(plain)]
    taken = {index for _, start, end, _ in found for index in range(start, end)}
    found += [
        (figure.kind, figure.start, figure.end, figure.value)
        for figure in find_figures(plain, today=today)
        if taken.isdisjoint(range(figure.start, figure.end))
    ]
    return [
        Term(kind, plain[start:end], spans[start][0], spans[end - 1][1], value)
        for kind, start, end, value in sorted(found, key=lambda item: item[1])
    ]


def read_products(path: Path = PRODUCTS) -> dict[str, list[str]]:
    """Return the product words of each category id."""
    products: dict[str, list[str]] = yaml.safe_load(path.read_text("utf-8"))["products"]
    return products


def read_channels(path: Path = PLACES) -> dict[str, list[str]]:
    """Return the words of each channel's id."""
    channels: dict[str, list[str]] = yaml.safe_load(path.read_text("utf-8"))["channels"]
    return channels


@contextmanager
def _absent(name: str) -> Iterator[None]:
    """Make an import of `name` fail for a while, unless it is loaded already.

    spaCy's thinc loads torch wherever it is installed: seconds and 150 MB that rules do not use.
    """
    if name in sys.modules:
        yield
        return
    # This is how the import system is told that there is no such module.
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


@lru_cache(maxsize=1)
def _ruler() -> Ruler:
    """Return a function from normalised text to `(kind, start, end, value)` of its words."""
    with warnings.catch_warnings():
        # An import of spaCy warns about what its own dependencies deprecated.
        warnings.simplefilter("ignore")
        with _absent("torch"):
            import spacy  # noqa: PLC0415 - a second and 60 MB, for those who look for terms only
            from spacy.tokens import Doc  # noqa: PLC0415 - as above

        nlp = spacy.blank("zh")

    def tokenise(text: str) -> Any:
        placed = segment.placed_words(text)
        following = [start for _, start, _ in placed[1:]] + [len(text)]
        spaces = [end < after for (_, _, end), after in zip(placed, following, strict=True)]
        return Doc(nlp.vocab, words=[word for word, _, _ in placed], spaces=spaces)

    nlp.tokenizer = tokenise
    ruler: Any = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([*_worded(), *_branches()])

    def find(text: str) -> list[tuple[Kind, int, int, str]]:
        # A Doc needs at least one word.
        if not text:
            return []
        return [
            (ent.label_, ent.start_char, ent.end_char, ent.ent_id_ or ent.text)
            for ent in nlp(text).ents
        ]

    return find


def _worded() -> Iterator[dict[str, Any]]:
    """Yield the ruler's patterns of words that are listed one by one."""
    for kind, listed in (("product", read_products()), ("channel", read_channels())):
        for name, words in listed.items():
            yield from ({"label": kind, "pattern": word, "id": name} for word in words)


def _branches() -> Iterator[dict[str, Any]]:
    """Yield the ruler's patterns of names of branches."""
    rules = yaml.safe_load(PLACES.read_text("utf-8"))["branches"]
    named = {"TEXT": {"REGEX": "^[一-鿿]{1,5}$", "NOT_IN": rules["nameless"]}}
    placed = {
        "TEXT": {"REGEX": f"^[一-鿿]{{0,4}}[{rules['places']}]$", "NOT_IN": rules["nameless"]}
    }
    suffix, loose = {"TEXT": {"IN": rules["suffixes"]}}, {"TEXT": {"IN": rules["loose"]}}
    for pattern in (
        [named, suffix],
        [named, placed, suffix],
        [placed, loose],
        [named, placed, loose],
    ):
        yield {"label": "branch", "pattern": pattern}
