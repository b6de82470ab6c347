"""What the studio calls things, from `data/labels.yml`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge_base.errors import ContentInvalid, Problem

DEFAULT_PATH = Path(__file__).parent / "data" / "labels.yml"


class Labels(BaseModel):
    """Names of codes by group, and the sentences of the pages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    review: date
    names: dict[str, dict[str, str]]
    texts: dict[str, str]

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> Labels:
        """Read a labels file; raises `ContentInvalid` naming the file and the field."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            raise ContentInvalid(
                [
                    Problem(str(path), 0, ".".join(map(str, item["loc"])), item["msg"])
                    for item in error.errors()
                ]
            ) from error

    def of(self, group: str, code: object) -> str:
        """Return what a code of a group (`states`, `fields`, …) is called; else the code."""
        return self.names[group].get(str(code), str(code))

    def in_words(self, group: str, message: str) -> str:
        """Return a message of the system in words: the names of `group` are regular expressions.

        What matches none is returned as it is.
        """
        for pattern, words in self.names[group].items():
            if found := re.fullmatch(pattern, message, re.DOTALL):
                return words.format(*found.groups())
        return message

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence with its places filled.

        Raises:
            KeyError: there is no such sentence, or a place of it has no value.
        """
        return self.texts[key].format(**values)
