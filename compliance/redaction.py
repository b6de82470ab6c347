"""Personal data in a text: found, masked or removed, and named by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from compliance.data_file import load
from compliance.recognisers import all_recognisers
from compliance.redaction_file import RedactionFile
from compliance.secret import Recogniser, Secret, in_plain

DEFAULT_PATH = Path(__file__).parent / "data" / "redaction.yml"


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without its personal data; `found` are the kinds, by first appearance, each once."""

    text: str
    found: tuple[str, ...]


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
        parts: list[str] = []
        position = 0
        for secret in chosen:
            parts += text[position : secret.start], secret.mask
            position = secret.end
        parts.append(text[position:])
        return Redacted("".join(parts), tuple(dict.fromkeys(secret.kind for secret in chosen)))


def _take(chosen: list[Secret], secret: Secret) -> None:
    """Add the secret, or let what it overlaps cover it too: nothing of either may be left."""
    met = [other for other in chosen if secret.start < other.end and other.start < secret.end]
    if not met:
        chosen.append(secret)
        return
    chosen[:] = [other for other in chosen if other not in met]
    start = min(secret.start, *(other.start for other in met))
    end = max(secret.end, *(other.end for other in met))
    chosen.append(replace(met[0], start=start, end=end))
