"""Assignment by push: the next customer of a group is offered to a free agent, who accepts in time.

An offer is a claim that counts against the agent's limit; the conversation stays the queue's until
it is accepted, so nothing is promised to the customer before somebody is really there. What is
not accepted in time goes back to its old place in line, and to the next agent.
"""

from __future__ import annotations

from dataclasses import dataclass

from conversation.conversation import Conversation
from handoff.accounts import Account
from handoff.agents import AgentState
from handoff.errors import NothingToClaim
from handoff.queue import Claim
from handoff.service import DeskService


@dataclass(frozen=True, slots=True)
class Pushing:
    """Offers, and what an agent answers to one."""

    desk: DeskService

    async def push(self) -> list[Claim]:
        """Offer until nobody waits in the pushed groups or nobody is free; returns the offers."""
        made: list[Claim] = []
        if patience := self.desk.routing.pushed:
            while offered := await self.desk.queue.offer(patience):
                made.append(offered)
                data = {"fence": offered.fence, "agent": offered.agent, "group": offered.group}
                identifier = offered.conversation_id
                await self.desk.audit.record("desk.offer", "system", identifier, data)
        return made

    async def accept(self, account: Account, conversation_id: str) -> Conversation:
        """Take what was offered.

        Raises `NothingToClaim` when the offer is over or the customer has left meanwhile.
        """
        claim = await self.desk.queue.accept(await self._offer(account, conversation_id))
        if not await self.desk.take_over(account, claim):
            raise NothingToClaim
        return await self.desk.get(conversation_id)

    async def decline(self, account: Account, conversation_id: str) -> None:
        """Let the next agent have it, and be busy; raises as `accept`."""
        offer = await self._offer(account, conversation_id)
        await self.desk.queue.set_state(account.login, AgentState.BUSY)
        await self.desk.queue.put_back(offer)
        data = {"fence": offer.fence}
        await self.desk.audit.record("desk.decline", account.login, conversation_id, data)

    async def _offer(self, account: Account, conversation_id: str) -> Claim:
        for claim in await self.desk.queue.held(account.login):
            if claim.offered and claim.conversation_id == conversation_id:
                return claim
        raise NothingToClaim
