"""Why a publication did not happen; what is in service stays.

KnowledgeError
└── PublicationError
    ├── GotWorse       the regression set got worse and no reviewer gave a reason
    ├── CandidateStale something else went into service since the candidate was compared
    └── AnnouncerDown  what announces publications does not answer
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge_base.errors import KnowledgeError

if TYPE_CHECKING:
    from knowledge_base.publication.regression import Report


class PublicationError(KnowledgeError):
    """The publication did not happen."""

    code = "publication_error"


class GotWorse(PublicationError):
    """The regression set got worse; a reviewer may publish with a reason."""

    code = "got_worse"

    def __init__(self, report: Report) -> None:
        """Keep the `report`."""
        self.report = report
        super().__init__("\n".join(["the regression set got worse:", *report.worse_in_words]))


class CandidateStale(PublicationError):
    """The knowledge base changed since this candidate was prepared; prepare it again."""

    code = "candidate_stale"


class AnnouncerDown(PublicationError):
    """What announces publications does not answer."""

    code = "announcer_down"
