"""From unanswered questions and agents' answers to drafts; two editors at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge_base.catalogue.errors import NotAllowed, WrongState
from knowledge_base.catalogue.revision import Kind, State
from knowledge_base.studio.answering import Answering, ClusterDecided
from knowledge_base.unanswered.asked import Asked
from knowledge_base.unanswered.clusters import Cluster
from knowledge_base.unanswered.errors import ProposalDecided
from knowledge_base.unanswered.marks import Status
from knowledge_base.unanswered.memory_store import MemoryUnanswered
from knowledge_base.unanswered.proposals import Proposal, ProposalState
from knowledge_base.unanswered.service import Unanswered
from tests.unit.knowledge_base.catalogue.parts import LIN, READER, WU, ZHOU, Bench
from tests.unit.knowledge_base.unanswered.questions import START, asked, clusterer

LOTTERY = [asked("能买彩票吗", 0), asked("彩票在哪买", 1), asked("银行卡丢了怎么办彩票", 2)]
REVIEWER = replace(WU, may_edit=False)


class Archive:
    """Holds the questions."""

    def since(self, _at: object, limit: int) -> list[Asked]:
        return LOTTERY[:limit]


class Room:
    """A catalogue and the unanswered questions, in reach."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.catalogue = self.bench.load()
        self.store = MemoryUnanswered()
        self.unanswered = Unanswered(Archive(), clusterer(), self.store, lambda: START)
        self.answering = Answering(self.catalogue, self.unanswered)

    @property
    def cluster(self) -> Cluster:
        [marked] = self.unanswered.clusters()
        return marked.cluster

    @property
    def articles(self) -> set[str]:
        return {item.id for item in self.catalogue.items()}

    def proposal(self) -> Proposal:
        return self.store.propose(
            Proposal("能寄存贵重物品吗", "可以，请预约。", "qian", "c1", START)
        )


@pytest.fixture
def room() -> Room:
    return Room()


def test_a_cluster_becomes_a_draft_and_is_done(room: Room) -> None:
    made = room.answering.draft(ZHOU, room.cluster)
    item = room.catalogue.item(Kind.ARTICLE, made)
    assert item.latest.state is State.DRAFT
    [mark] = room.store.marks()
    assert (mark.status, mark.by, mark.article) == (Status.DONE, "zhou", made)


def test_two_editors_make_one_draft_of_a_cluster(room: Room) -> None:
    cluster = room.cluster
    room.answering.draft(ZHOU, cluster)
    before = room.articles
    with pytest.raises(ClusterDecided):
        room.answering.draft(LIN, cluster)
    with pytest.raises(ClusterDecided):
        room.answering.amend(LIN, cluster, "card-loss")
    assert room.articles == before
    assert room.catalogue.item(Kind.ARTICLE, "card-loss").working is None


def test_a_cluster_that_is_opened_again_can_be_drafted(room: Room) -> None:
    room.answering.draft(ZHOU, room.cluster)
    room.unanswered.decide(room.cluster, Status.OPEN, "zhou")
    assert room.answering.amend(LIN, room.cluster, "card-loss") == "card-loss"


def test_an_article_that_is_in_review_takes_no_wordings(room: Room) -> None:
    reviewed = room.catalogue.submit(ZHOU, room.bench.draft())
    with pytest.raises(WrongState):
        room.answering.amend(ZHOU, room.cluster, "card-loss")
    assert room.store.marks() == []
    assert room.catalogue.item(Kind.ARTICLE, "card-loss").working == reviewed


def test_two_editors_make_one_draft_of_a_proposal(room: Room) -> None:
    proposal = room.proposal()
    made = room.answering.take(ZHOU, proposal)
    assert room.catalogue.item(Kind.ARTICLE, made).latest.content["body"] == "可以，请预约。"
    before = room.articles
    with pytest.raises(ProposalDecided):
        room.answering.take(LIN, proposal)
    assert room.articles == before
    assert room.store.proposal(proposal.id).decided_by == "zhou"


def test_who_may_not_write_decides_nothing(room: Room) -> None:
    proposal, before = room.proposal(), room.articles
    with pytest.raises(NotAllowed):
        room.answering.draft(REVIEWER, room.cluster)
    with pytest.raises(NotAllowed):
        room.answering.amend(REVIEWER, room.cluster, "card-loss")
    with pytest.raises(NotAllowed):
        room.answering.take(REVIEWER, proposal)
    with pytest.raises(NotAllowed):
        room.answering.dismiss(READER, proposal)
    assert room.store.marks() == []
    assert room.store.proposals(ProposalState.OPEN) == [proposal]
    assert room.articles == before
