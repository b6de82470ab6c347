"""Answers that agents propose for the knowledge base."""

from __future__ import annotations

from nicegui import ui

from knowledge_base.catalogue.revision import Kind
from knowledge_base.studio import links
from knowledge_base.studio.answering import Answering
from knowledge_base.studio.theme import box, button, text
from knowledge_base.studio.visit import Visit
from knowledge_base.unanswered.errors import ProposalDecided
from knowledge_base.unanswered.proposals import Proposal
from knowledge_base.unanswered.service import Unanswered


class ProposalsView:
    """Shown above the clusters while there are any."""

    def __init__(self, visit: Visit, unanswered: Unanswered, answering: Answering) -> None:
        """Build it, empty, inside the current element."""
        self._visit = visit
        self._unanswered = unanswered
        self._answering = answering
        self._box = box("stack", data_testid="proposals")

    async def load(self) -> None:
        """Read the open proposals."""
        found = await self._visit.run(lambda _: self._unanswered.store.proposals())
        self._box.clear()
        with self._box:
            if found:
                text(self._visit.labels("proposals", count=len(found)), tag="h2")
            for proposal in found:
                self._proposal(proposal)

    def _proposal(self, proposal: Proposal) -> None:
        labels, studio = self._visit.labels, self._visit.studio
        with box("panel", data_testid="proposal"):
            text(proposal.question, tag="h3")
            text(proposal.answer, "said")
            who = studio.name_of(proposal.by)
            text(labels("proposed_by", who=who, at=studio.stamp(proposal.at)), "muted small")
            if not self._visit.person.may_edit:
                return

            async def take() -> None:
                try:
                    made = await self._visit.run(lambda by: self._answering.take(by, proposal))
                except ProposalDecided:
                    await self.load()
                    raise
                ui.navigate.to(links.item(Kind.ARTICLE, made))

            async def dismiss() -> None:
                try:
                    await self._visit.run(lambda by: self._answering.dismiss(by, proposal))
                finally:
                    await self.load()

            with box("buttons"):
                guarded = self._visit.guarded
                button(labels("make_draft"), guarded(take), "small primary", data_testid="take")
                button(labels("dismiss"), guarded(dismiss), "small ghost", data_testid="put-aside")
