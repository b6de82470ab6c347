"""Pinyin and homophones put back into characters, so that one word is one word.

「wo yao zhuanzhang」 shares nothing with 「我要转账」 for n-grams, and little for a sentence
encoder that was made for Chinese. The words are data (`data/spellings.yml`); what is doubtful
stays as it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from language.normalise import squeezed

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = Path(__file__).parent / "data" / "spellings.yml"
_RUN = re.compile(r"(?<![a-z0-9])[a-z]+(?: [a-z]+)*(?![a-z])")
_LONGEST_RUN = 60
"""Letters of a run that is tried; a longer one is no message in pinyin."""


@dataclass(frozen=True)
class Spellings:
    """`words` make a run of letters Chinese, `particles` only belong to one.

    `homophones` are replaced wherever they stand.
    """

    words: Mapping[str, str]
    particles: Mapping[str, str]
    homophones: Mapping[str, str]

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Spellings:
        """Read the file; raises OSError, yaml.YAMLError or KeyError."""
        file = yaml.safe_load(path.read_text("utf-8"))
        return cls(file["words"], file["particles"], file["homophones"])

    def respelled(self, plain: str) -> str:
        """Return `plain`, a text in normal form, with its spellings put right."""
        for wrong, right in self.homophones.items():
            plain = plain.replace(wrong, right)
        return _RUN.sub(lambda run: self._read(run.group()), plain)

    def _read(self, run: str) -> str:
        letters = run.replace(" ", "")
        if len(letters) > _LONGEST_RUN:
            return run
        words = self._cut(letters)
        return "".join(words) if words else run

    def _cut(self, letters: str) -> list[str]:
        """Return the characters of the fewest words that make up `letters`, none if not pinyin."""
        best: list[tuple[bool, list[str]] | None] = [(False, []), *[None] * len(letters)]
        for end in range(1, len(letters) + 1):
            for start in range(end):
                before, part = best[start], letters[start:end]
                reading = self.words.get(part) or self.particles.get(part)
                if before is None or reading is None:
                    continue
                telling = before[0] or part in self.words
                known = best[end]
                if known is None or (telling, -len(before[1]) - 1) > (known[0], -len(known[1])):
                    best[end] = (telling, [*before[1], reading])
        whole = best[-1]
        return whole[1] if whole is not None and whole[0] else []


def legible(text: str) -> str:
    """Return a raw text as the classifier reads it: normal, squeezed, respelled; never empty."""
    return respelled(squeezed(text) or text)


def respelled(plain: str) -> str:
    """Return a text in normal form with pinyin and homophones put into characters."""
    return _spellings().respelled(plain)


@lru_cache(maxsize=1)
def _spellings() -> Spellings:
    return Spellings.load()
