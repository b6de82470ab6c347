"""`UnansweredStore` in dictionaries: the double for tests and trials in one process."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Collection
from dataclasses import replace

from knowledge_base.unanswered.errors import ProposalDecided, UnknownProposal
from knowledge_base.unanswered.marks import Mark
from knowledge_base.unanswered.proposals import Proposal, ProposalState


class MemoryUnanswered:
    """Marks and proposals that are gone with the process."""

    def __init__(self) -> None:
        """Start empty."""
        self._marks: dict[str, Mark] = {}
        self._proposals: dict[str, Proposal] = {}
        self._turn = threading.Lock()

    def marks(self) -> list[Mark]:
        """See `UnansweredStore.marks`."""
        return sorted(self._marks.values(), key=lambda mark: (mark.at, mark.id))

    def put_mark(self, mark: Mark) -> None:
        """See `UnansweredStore.put_mark`."""
        self._marks[mark.id] = mark

    def drop_mark(self, cluster_id: str) -> None:
        """See `UnansweredStore.drop_mark`."""
        self._marks.pop(cluster_id, None)

    def propose(self, proposal: Proposal) -> Proposal:
        """See `UnansweredStore.propose`."""
        kept = replace(proposal, id=uuid.uuid4().hex[:12])
        self._proposals[kept.id] = kept
        return kept

    def proposal(self, proposal_id: str) -> Proposal:
        """See `UnansweredStore.proposal`."""
        if proposal_id not in self._proposals:
            raise UnknownProposal
        return self._proposals[proposal_id]

    def proposals(self, state: ProposalState | None = ProposalState.OPEN) -> list[Proposal]:
        """See `UnansweredStore.proposals`."""
        found = [one for one in self._proposals.values() if state in {None, one.state}]
        return sorted(found, key=lambda one: (one.at, one.id), reverse=True)

    def drop_proposals(self, proposal_ids: Collection[str]) -> None:
        """See `UnansweredStore.drop_proposals`."""
        for one in proposal_ids:
            self._proposals.pop(one, None)

    def decide(self, proposal_id: str, state: ProposalState, by: str, article: str = "") -> None:
        """See `UnansweredStore.decide`."""
        with self._turn:
            held = self.proposal(proposal_id)
            if held.state is not ProposalState.OPEN:
                raise ProposalDecided
            decided = replace(held, state=state, decided_by=by, article=article)
            self._proposals[proposal_id] = decided
