"""What is kept about unanswered questions: marks and proposals."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from knowledge_base.unanswered.marks import Mark
from knowledge_base.unanswered.proposals import Proposal, ProposalState


class UnansweredStore(Protocol):
    """Keeps marks and proposals. Raises `UnansweredUnavailable` when it is down.

    A call that raised it may or may not have been stored. Repeating it is safe, but for
    `propose`, which may then hold the same proposal twice.
    """

    def marks(self) -> list[Mark]:
        """Return all marks, oldest first."""

    def put_mark(self, mark: Mark) -> None:
        """Keep a mark; an older one of the same id is replaced."""

    def drop_mark(self, cluster_id: str) -> None:
        """Forget a mark, if there is one."""

    def propose(self, proposal: Proposal) -> Proposal:
        """Keep a new proposal; returns it with its id."""

    def proposal(self, proposal_id: str) -> Proposal:
        """Return one; raises `UnknownProposal`."""

    def proposals(self, state: ProposalState | None = ProposalState.OPEN) -> list[Proposal]:
        """Return the proposals in this state, or all, newest first."""

    def drop_proposals(self, proposal_ids: Collection[str]) -> None:
        """Remove proposals, whatever their state; those that are gone already do not matter."""

    def decide(self, proposal_id: str, state: ProposalState, by: str, article: str = "") -> None:
        """Take or dismiss an open proposal, once.

        Raises `UnknownProposal`, `ProposalDecided`.
        """
