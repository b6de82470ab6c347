"""Personal data in a text: found, masked or removed, and named by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from compliance.data_file import load
from compliance.recognisers import all_recognisers
from compliance.redaction_file import RedactionFile
from compliance.secret import NEVER_KEPT, Recogniser, Secret, digits_of, in_plain

DEFAULT_PATH = Path(__file__).parent / "data" / "redaction.yml"
_NO_CHANCE = 6


@dataclass(frozen=True, slots=True)
class Taken:
    """A value that was masked (C2): the offsets [start, end) are those of its mask."""

    kind: str
    start: int
    end: int
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its personal data; `found` are the kinds, by first appearance, each once.

    `taken` are the values that were masked, for whoever may keep them sealed. What is removed
    altogether (C3) is not among them, nor is a value that repeats it.
    """

    text: str
    found: tuple[str, ...]
    taken: tuple[Taken, ...] = field(default=(), repr=False)


class Redactor:
    """Runs the recognisers; where two overlap, the earlier in the list covers both."""

    def __init__(self, recognisers: Sequence[Recogniser]) -> None:
        """Take the recognisers, the gravest kinds first."""
        self._recognisers = tuple(recognisers)

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Self:
        """Build the recognisers from the data file; raises `DataFileError`."""
        return cls(all_recognisers(load(path, RedactionFile)))

    def redact(self, text: str) -> Redacted:
        """Return the text with every secret masked or removed; doing it twice changes nothing."""
        plain = in_plain(text)
        chosen: list[Secret] = []
        for recogniser in self._recognisers:
            for secret in recogniser.find(plain, text):
                _take(chosen, secret)
        if not chosen:
            return Redacted(text, ())
        chosen.sort(key=lambda secret: secret.start)
        masked, position = "", 0
        taken: list[Taken] = []
        for secret in chosen:
            masked += text[position : secret.start]
            end = len(masked) + len(secret.mask)
            taken.append(Taken(secret.kind, len(masked), end, text[secret.start : secret.end]))
            masked += secret.mask
            position = secret.end
        kinds = tuple(dict.fromkeys(secret.kind for secret in chosen))
        return Redacted(masked + text[position:], kinds, _keepable(taken))


def _take(chosen: list[Secret], secret: Secret) -> None:
    """Add the secret, or let what it overlaps cover it too: nothing of either may be left."""
    met = [other for other in chosen if secret.start < other.end and other.start < secret.end]
    if not met:
        chosen.append(secret)
        return
    # What may not be kept stays so, whatever it is joined with.
    met.sort(key=lambda other: other.kind not in NEVER_KEPT)
    chosen[:] = [other for other in chosen if other not in met]
    start = min(secret.start, *(other.start for other in met))
    end = max(secret.end, *(other.end for other in met))
    chosen.append(replace(met[0], start=start, end=end))


def _keepable(taken: Sequence[Taken]) -> tuple[Taken, ...]:
    never = [_bare(one.value) for one in taken if one.kind in NEVER_KEPT]
    return tuple(
        one
        for one in taken
        if one.kind not in NEVER_KEPT
        and not any(_repeats(_bare(one.value), secret) for secret in never)
    )


def _bare(value: str) -> str:
    return digits_of(in_plain(value)) or value


def _repeats(value: str, secret: str) -> bool:
    """Tell whether a value is a secret too, or has one in it that is too long for chance."""
    return value == secret or (len(secret) >= _NO_CHANCE and secret in value)
