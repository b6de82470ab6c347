"""Everything that can go wrong with unanswered questions.

KnowledgeError
└── UnansweredError
    ├── UnknownProposal         there is no such proposal
    ├── ProposalDecided         somebody has taken or dismissed it already
    └── UnansweredUnavailable   the records or the archive do not answer
"""

from __future__ import annotations

from knowledge_base.errors import KnowledgeError


class UnansweredError(KnowledgeError):
    """This cannot be done with an unanswered question."""

    code = "unanswered_error"


class UnknownProposal(UnansweredError):
    """There is no such proposal."""

    code = "unknown_proposal"


class ProposalDecided(UnansweredError):
    """This proposal has been decided already."""

    code = "proposal_decided"


class UnansweredUnavailable(UnansweredError):
    """The records of unanswered questions do not answer."""

    code = "unanswered_unavailable"
