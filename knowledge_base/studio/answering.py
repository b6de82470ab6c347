"""From unanswered questions to drafts: what a click on the page does in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from knowledge_base.catalogue.catalogue import Catalogue
from knowledge_base.catalogue.content import checks_of, wordings_of
from knowledge_base.catalogue.errors import DuplicateItem, NotAllowed, WrongState
from knowledge_base.catalogue.filter import Filter
from knowledge_base.catalogue.revision import Kind, Person, State
from knowledge_base.errors import KnowledgeError
from knowledge_base.studio.form import empty
from knowledge_base.unanswered.clusters import Cluster
from knowledge_base.unanswered.errors import ProposalDecided
from knowledge_base.unanswered.marks import Status
from knowledge_base.unanswered.proposals import (
    Notes,
    Proposal,
    ProposalState,
    amended_content,
    new_content,
    proposed_content,
)
from knowledge_base.unanswered.service import Unanswered

_TRIES = 50


class ClusterDecided(KnowledgeError):
    """Somebody has decided about these questions already."""

    code = "cluster_decided"


@dataclass(frozen=True)
class Answering:
    """Every method returns the id of the article that has a draft now. Blocking."""

    catalogue: Catalogue
    unanswered: Unanswered
    notes: Notes = field(default_factory=Notes.load)

    def draft(self, by: Person, cluster: Cluster) -> str:
        """Make a new article with the cluster's wordings, and call the cluster done."""
        self._must_be_open(cluster)
        made = new_content(cluster, self._elsewhere(), self.notes)
        article = self._create(by, made.id, made.content, made.note)
        self.unanswered.decide(cluster, Status.DONE, by.login, article=article)
        return article

    def amend(self, by: Person, cluster: Cluster, article: str) -> str:
        """Add the cluster's wordings to a draft of an article, and call the cluster done."""
        self._must_be_open(cluster)
        revision = self.catalogue.edit(by, Kind.ARTICLE, article)
        if revision.state is not State.DRAFT:
            raise WrongState(revision.state)
        made = amended_content(article, revision.content, cluster, self._elsewhere(), self.notes)
        self.catalogue.save(by, revision, made.content, made.note)
        self.unanswered.decide(cluster, Status.DONE, by.login, article=article)
        return article

    def take(self, by: Person, proposal: Proposal) -> str:
        """Make a new article of an agent's answer, and call the proposal taken."""
        if self.unanswered.store.proposal(proposal.id).state is not ProposalState.OPEN:
            raise ProposalDecided  # before a second draft of it exists
        made = proposed_content(proposal, self._elsewhere(), self.notes)
        article = self._create(by, made.id, made.content, made.note)
        self.unanswered.store.decide(proposal.id, ProposalState.TAKEN, by.login, article)
        return article

    def dismiss(self, by: Person, proposal: Proposal) -> None:
        """Put an agent's proposal aside."""
        if not (by.may_edit or by.may_review):
            raise NotAllowed
        self.unanswered.store.decide(proposal.id, ProposalState.DISMISSED, by.login)

    def _must_be_open(self, cluster: Cluster) -> None:
        """What a page shows may be old: somebody else may have decided about it meanwhile."""
        if any(mark.id == cluster.id for mark in self.unanswered.store.marks()):
            raise ClusterDecided

    def _elsewhere(self) -> dict[str, str]:
        """Return the wordings and checks that articles in use have."""
        items = self.catalogue.items(Filter())
        shown = [item.shown for item in items if item.working or item.published]
        return checks_of(shown) | wordings_of(shown)

    def _create(self, by: Person, name: str, content: dict[str, Any], note: str) -> str:
        """Create an article; an id that is taken gets a number."""
        for number in range(1, _TRIES):
            item = name if number == 1 else f"{name}-{number}"
            try:
                self.catalogue.create(by, Kind.ARTICLE, item, empty(Kind.ARTICLE) | content, note)
            except DuplicateItem:
                continue
            return item
        raise DuplicateItem(name)
