"""Why a file is not imported.

KnowledgeError
└── ImportRefused    the file as a whole is not imported; `code` says why, `problems` where
"""

from __future__ import annotations

from typing import Literal

from knowledge_base.errors import KnowledgeError, Problem

Reason = Literal[
    "too_large",
    "too_many",
    "not_a_document",
    "unknown_kind",
    "old_format",
    "damaged",
    "encrypted",
    "unsafe",
    "encoding",
    "no_columns",
    "empty",
    "unreadable",
]


class ImportRefused(KnowledgeError):
    """The file cannot be imported."""

    def __init__(self, reason: Reason, problem: Problem) -> None:
        """Carry the `reason` as `code`, a word a page can translate, and where the fault is."""
        self.code = reason  # type: ignore[misc]  # one class, its code is the instance's reason
        self.problems = [problem]
        super().__init__(str(problem))


def refused(
    reason: Reason, file: str, message: str, line: int = 0, field: str = "file"
) -> ImportRefused:
    """Return the error for a fault at `line` (or row) and `field`; 0 when none can be named."""
    return ImportRefused(reason, Problem(file, line, field, message))
