"""Approved replies that agents insert, from `data/canned_replies.yml`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handoff.errors import BadContent

DEFAULT_PATH = Path(__file__).parent / "data" / "canned_replies.yml"
MARK = "/"
"""What an agent writes first to search the replies."""


class Reply(BaseModel):
    """One approved text; `review` overrides the file's day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    text: str = Field(min_length=1, max_length=2000)
    review: date | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    review: date
    replies: list[Reply]


@dataclass(frozen=True, slots=True)
class CannedReplies:
    """The replies; one whose day of review has passed is offered no more."""

    replies: tuple[Reply, ...]
    review: date

    @classmethod
    def load(cls, path: Path = DEFAULT_PATH) -> CannedReplies:
        """Read a file of replies; raises `BadContent` naming the file and the field."""
        try:
            file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            message = f"{path}: {error}"
            raise BadContent(message) from error
        if len({reply.id for reply in file.replies}) < len(file.replies):
            message = f"{path}: replies: an id occurs twice"
            raise BadContent(message)
        return cls(tuple(file.replies), file.review)

    def search(self, words: str, today: date, limit: int = 6) -> Sequence[Reply]:
        """Return what holds all the words, in title or text; titles that do come first."""
        wanted = words.casefold().split()
        found = [
            reply
            for reply in self.replies
            if (reply.review or self.review) >= today
            and all(word in f"{reply.title} {reply.text}".casefold() for word in wanted)
        ]
        found.sort(key=lambda reply: not all(word in reply.title.casefold() for word in wanted))
        return found[:limit]
