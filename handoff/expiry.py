"""What becomes of claims whose lease ran out: the agent's desk died, or an offer was let pass."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from conversation.conversation import Owner
from conversation.errors import Refused, UnknownConversation
from handoff.queue import Claim
from handoff.service import DeskService


@dataclass(frozen=True, slots=True)
class Expiry:
    """Every deed raises `Unavailable` when the live store is down; repeating it is harmless."""

    desk: DeskService

    async def reap(self) -> list[Claim]:
        """Put conversations of agents whose desk died back in line, and tell the customers."""
        expired = await self.desk.queue.reap()
        for claim in expired:
            if claim.offered:
                await self._record("desk.offer_missed", claim)
            with contextlib.suppress(Refused, UnknownConversation):
                await self._return(claim)
        return expired

    async def _return(self, claim: Claim) -> None:
        conversation = await self.desk.conversations.get(claim.conversation_id)
        if conversation.owner in {Owner.BOT, Owner.CLOSED}:
            await self.desk.queue.withdraw(conversation.id)
            return
        if conversation.owner is Owner.AGENT and conversation.fence <= claim.fence:
            await self.desk.conversations.give_back(
                conversation.id, conversation.epoch, Owner.QUEUE
            )
            await self._record("desk.expired", claim)
            await self.desk.tell_in_line(conversation.id, "back_in_queue")

    async def _record(self, deed: str, claim: Claim) -> None:
        data = {"fence": claim.fence, "agent": claim.agent}
        await self.desk.audit.record(deed, "system", claim.conversation_id, data)
