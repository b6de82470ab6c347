"""Looking back: an agent who serves a customer reads the customer's earlier conversations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conversation.message import Message
from handoff.accounts import Account
from handoff.backdrop import Backdrops
from handoff.service import DeskService


@dataclass(frozen=True, slots=True)
class Lookback:
    """Every look is recorded."""

    desk: DeskService
    backdrops: Backdrops

    async def earlier(
        self, account: Account, conversation_id: str, number: int
    ) -> Sequence[Message]:
        """Return what was said in an earlier conversation of the customer who is served.

        Nothing for one that is not kept any more. Raises `OwnerChanged`, `Closed` for whoever
        does not serve the customer, and `Unavailable`.
        """
        conversation = await self.desk.owned(account, conversation_id)
        data = {"earlier": number}
        await self.desk.audit.record("desk.look_back", account.login, conversation_id, data)
        log = await self.backdrops.log(conversation, number)
        return [entry for entry in log if entry.for_customer]
