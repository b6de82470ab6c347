"""What an agent's page does before anything is said: wording, typing, what was seen."""

from __future__ import annotations

from dataclasses import dataclass

from conversation.conversation import Conversation, Owner
from conversation.errors import Blocked, Finding
from conversation.message import Draft
from conversation.signals import Mark, Side
from handoff.accounts import Account
from handoff.service import DeskService, author_of


@dataclass(frozen=True, slots=True)
class Composing:
    """Signs raise `Unavailable` when the live store is down; nothing depends on them."""

    desk: DeskService

    def findings(
        self, account: Account, conversation: Conversation, text: str
    ) -> tuple[Finding, ...]:
        """Return why the gate would not let a text pass; nothing is said or recorded."""
        author = author_of(account, conversation.epoch)
        try:
            self.desk.gate.approve(conversation, author, [Draft(text)])
        except Blocked as blocked:
            return blocked.findings
        return ()

    async def typing(self, account: Account, conversation: Conversation) -> None:
        """Tell the customer that the agent who serves is typing."""
        if _serves(account, conversation):
            await self.desk.signals.type(conversation.id, Side.STAFF)

    async def seen(self, account: Account, conversation: Conversation, upto: str) -> None:
        """Tell the customer what the agent who serves has read."""
        if _serves(account, conversation):
            await self.desk.signals.mark(conversation.id, Mark.READ_BY_STAFF, upto)


def _serves(account: Account, conversation: Conversation) -> bool:
    return conversation.owner is Owner.AGENT and conversation.agent == account.login
