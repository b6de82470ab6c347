"""What evidence reports call things: headings, columns and words, from `data/evidence.yml`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from compliance.data_file import Review, load

DATA = Path(__file__).parent / "data" / "evidence.yml"


class SortShape(BaseModel):
    """A heading and the kinds of audit rows under it; `*` in a kind stands for anything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str = Field(min_length=1)
    kinds: tuple[str, ...] = Field(min_length=1)


class EvidenceWords(BaseModel):
    """The file's shape."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    reviewed: Review
    sorts: tuple[SortShape, ...] = Field(min_length=1)
    columns: dict[str, str]
    words: dict[str, str]

    @classmethod
    def load(cls, path: Path = DATA) -> EvidenceWords:
        """Read the file; raises `DataFileError`."""
        return load(path, cls)

    def sort_of(self, kind: str) -> str:
        """Return the first heading that a kind of audit row fits, `other` when none does."""
        fitting = (
            sort.id for sort in self.sorts if any(fnmatchcase(kind, one) for one in sort.kinds)
        )
        return next(fitting, "other")

    def kinds_of(self, sort: str) -> frozenset[str]:
        """Return the kinds that are listed under a heading."""
        return frozenset(kind for one in self.sorts if one.id == sort for kind in one.kinds)

    @property
    def titles(self) -> dict[str, str]:
        """The headings by their id."""
        return {sort.id: sort.title for sort in self.sorts}
