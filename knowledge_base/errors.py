"""Everything that can go wrong in the knowledge base.

KnowledgeError
├── ContentInvalid         articles, values or a foreign corpus do not follow their format
├── UnknownArticle         no article of this id may be shown to this audience at this time
├── SnapshotError
│   ├── NoSnapshot         nothing has been published below this folder yet
│   ├── SnapshotDamaged    a snapshot's files do not match its manifest
│   ├── EncoderMismatch    the snapshot was built with another encoder
│   └── NothingToRollBack  there is no earlier snapshot
└── BuildFailed            a snapshot could not be built; the one in service is untouched
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


class KnowledgeError(Exception):
    """Base of every error of this package; the class docstring is the default message."""

    code: ClassVar[str] = "knowledge_error"

    def __init__(self, message: str | None = None) -> None:
        """Use `message`, or the first line of the class docstring."""
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in a content file; `line` is 1-based, 0 when no line can be named."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Render as `file:line: field: message`, the form editors can jump to."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.field}: {self.message}"


class ContentInvalid(KnowledgeError):
    """The content does not follow its format."""

    code = "content_invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the `problems`, sorted, and list them in the message."""
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownArticle(KnowledgeError):
    """There is no such article for this audience at this time."""

    code = "unknown_article"


class SnapshotError(KnowledgeError):
    """The published snapshot cannot be used."""

    code = "snapshot_error"


class NoSnapshot(SnapshotError):
    """Nothing has been published yet."""

    code = "no_snapshot"


class SnapshotDamaged(SnapshotError):
    """The snapshot's files do not match its manifest."""

    code = "snapshot_damaged"


class EncoderMismatch(SnapshotError):
    """The snapshot was built with another encoder."""

    code = "encoder_mismatch"


class NothingToRollBack(SnapshotError):
    """There is no earlier snapshot to go back to."""

    code = "nothing_to_roll_back"


class BuildFailed(KnowledgeError):
    """The snapshot could not be built; the one in service is untouched."""

    code = "build_failed"
