"""Phrases that decide a route on their own: fraud, complaint, human, transaction.

The phrases are data (`data/lexicon.yml`), found in the normalised text, pinyin put
into characters, without white space.
Precision comes before recall: an entry's `unless` patterns, guidance and negation, switch it off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from language.normalise import normalise
from language.spellings import respelled

if TYPE_CHECKING:
    from collections.abc import Mapping

Reason = Literal["fraud", "complaint", "human", "transaction"]
PRIORITY: tuple[Reason, ...] = ("fraud", "complaint", "human", "transaction")
DEFAULT = Path(__file__).parent / "data" / "lexicon.yml"
LONGEST = 600
"""Characters of a message that are searched, from either end, so that no text is slow."""


class BadLexicon(ValueError):
    """The lexicon's file has an unknown key, an entry of another shape, or a broken pattern."""


@dataclass(frozen=True)
class Match:
    """Why a text must reach a person, and the normalised words that say so."""

    reason: Reason
    text: str


@dataclass(frozen=True)
class _Entry:
    reason: Reason
    pattern: re.Pattern[str]
    unless: tuple[re.Pattern[str], ...]

    def find(self, plain: str) -> Match | None:
        found = self.pattern.search(plain)
        if found is None or any(guard.search(plain) for guard in self.unless):
            return None
        return Match(self.reason, found.group())


class Lexicon:
    """The compiled phrases; immutable, for any number of threads."""

    def __init__(self, entries: Mapping[str, list[Any]]) -> None:
        """Compile `entries`: for each reason a list of `{pattern, unless}`.

        Raises:
            BadLexicon: an unknown reason, an entry of another shape, or a broken pattern.
        """
        unknown = set(entries) - set(PRIORITY)
        if unknown:
            msg = f"unknown reasons: {', '.join(sorted(unknown))}"
            raise BadLexicon(msg)
        self._entries = tuple(
            _compile(reason, entry) for reason in PRIORITY for entry in entries.get(reason) or ()
        )

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Lexicon:
        """Read the lexicon's file.

        Raises:
            BadLexicon: the file is no YAML mapping of reasons to entries.
            OSError: the file cannot be read.
        """
        try:
            document = yaml.safe_load(path.read_text("utf-8"))
        except yaml.YAMLError as error:
            msg = f"{path}: {error}"
            raise BadLexicon(msg) from error
        if not isinstance(document, dict):
            msg = f"{path} is not a mapping"
            raise BadLexicon(msg)
        return cls({key: value for key, value in document.items() if key != "review"})

    def match(self, text: str) -> Match | None:
        """Return the first match in the order of `PRIORITY`, or None."""
        plain = "".join(respelled(normalise(text)).split())
        if len(plain) > 2 * LONGEST:
            plain = plain[:LONGEST] + "。" + plain[-LONGEST:]
        for entry in self._entries:
            match = entry.find(plain)
            if match is not None:
                return match
        return None

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)


def _compile(reason: Reason, entry: Any) -> _Entry:
    if not isinstance(entry, dict) or not isinstance(entry.get("pattern"), str):
        msg = f"{reason}: an entry needs a `pattern`, not {entry!r}"
        raise BadLexicon(msg)
    if extra := set(entry) - {"pattern", "unless"}:
        msg = f"{reason}: unknown keys {sorted(extra)} beside {entry['pattern']!r}"
        raise BadLexicon(msg)
    try:
        guards = tuple(re.compile(guard) for guard in entry.get("unless") or ())
        return _Entry(reason, re.compile(entry["pattern"]), guards)
    except (re.error, TypeError) as error:
        msg = f"{reason}: {entry['pattern']!r} or a pattern of its `unless` is broken: {error}"
        raise BadLexicon(msg) from error
